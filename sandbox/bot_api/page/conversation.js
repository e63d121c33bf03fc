// The conversation on the page: one row a message, put in, replaced and taken out one by one, so that 500 of them stay smooth.
// It keeps the reader's place: at the end it follows what comes, further up nothing moves and a button counts what is new.

import { element, part } from "./element.js";
import { eventWords, messageNodes } from "./bubbles.js";
import { icon } from "./icons.js";
import { dayKey, dayName } from "./moments.js";

const GROUP_SECONDS = 300;
const NEAR_END = 48;

/** `tools`: mine(message), press, busy, link, command, copy, jump (added here), edit, enlarge: what bubbles and keyboards call. */
export class Conversation {
  constructor(tools) {
    this.log = part("log");
    this.rows = part("rows");
    this.jumpButton = part("jump");
    this.tools = { ...tools, jump: (id) => this.show(id) };
    this.messages = new Map();
    this.reactions = new Map();
    this.following = true;
    this.unseen = 0;
    this.ending = new AbortController();
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true, signal: this.ending.signal });
    this.jumpButton.addEventListener("click", () => this.toEnd(), { signal: this.ending.signal });
    this.watch = new ResizeObserver(() => this.following && this.#stick());
    this.watch.observe(part("paper"));
    this.watch.observe(this.log);
    this.#drawJump();
  }

  /** Make the page hold exactly these messages; rows that did not change are left alone. */
  replaceAll(messages) {
    this.log.setAttribute("aria-busy", "true");
    const wanted = new Set(messages.map((message) => message.message_id));
    this.remove([...this.messages.keys()].filter((id) => !wanted.has(id)));
    for (const message of messages) this.#place(message);
    this.log.removeAttribute("aria-busy");
  }

  /** A new message, or an edited one in its place. Answers true when it is new. */
  put(message) {
    const isNew = this.#place(message);
    if (isNew && !this.following && !this.tools.mine(message)) this.unseen += 1;
    if (isNew && this.tools.mine(message)) this.toEnd();
    this.#drawJump();
    return isNew;
  }

  /** Take messages out; unknown numbers are ignored. */
  remove(ids) {
    for (const id of ids) {
      const entry = this.messages.get(id);
      if (!entry) continue;
      this.messages.delete(id);
      const next = entry.row.nextElementSibling;
      const previous = entry.row.previousElementSibling;
      entry.row.remove();
      for (const row of [previous, next]) if (row) this.#group(row);
    }
  }

  /** The reactions to a message now, as ReactionType objects. */
  react(id, reactions) {
    this.reactions.set(id, reactions);
    const entry = this.messages.get(id);
    if (entry) this.#drawReactions(entry.row, id);
  }

  /** Leave the chat; the page's rows are free for another one. */
  close() {
    this.ending.abort();
    this.watch.disconnect();
    this.rows.replaceChildren();
  }

  /** Bring a message into view and let it glow for a moment. */
  show(id) {
    const row = this.messages.get(id)?.row;
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    row.classList.remove("glow");
    requestAnimationFrame(() => row.classList.add("glow"));
  }

  /** Go to the newest message and follow from there. */
  toEnd() {
    this.following = true;
    this.unseen = 0;
    this.#stick();
    this.#drawJump();
  }

  /** The message with this number, if the person sees it. */
  get(id) {
    return this.messages.get(id)?.message;
  }

  /** Turn the progress of a button on or off. */
  drawBusy(id, data, busy) {
    for (const node of this.messages.get(id)?.row.querySelectorAll("[data-press]") ?? []) {
      if (node.dataset.press !== data) continue;
      if (busy) node.setAttribute("aria-busy", "true");
      else node.removeAttribute("aria-busy");
    }
  }

  #place(message) {
    const known = this.messages.get(message.message_id);
    const print = JSON.stringify(message);
    if (known?.print === print) return false;
    const row = known?.row ?? element("div", { "data-id": message.message_id });
    const body = element("div", { class: "body" }, messageNodes(message, this.tools));
    // A new message is read aloud; an edit, such as a ticket counting down, is not.
    if (known) row.setAttribute("aria-live", "off");
    this.#keepState(row, body);
    row.replaceChildren(body);
    this.#drawReactions(row, message.message_id);
    this.messages.set(message.message_id, { message, row, print });
    if (!known) this.#insert(row, message.message_id);
    this.#group(row);
    if (row.nextElementSibling) this.#group(row.nextElementSibling);
    if (row.previousElementSibling) this.#group(row.previousElementSibling);
    return !known;
  }

  #drawReactions(row, id) {
    row.querySelector(".reactions")?.remove();
    const emoji = (this.reactions.get(id) ?? []).map((reaction) => reaction.emoji ?? "★");
    if (emoji.length) row.querySelector(".bubble")?.after(element("p", { class: "reactions" }, element("span", { class: "unseen" }, "Reactions: "), emoji.join(" ")));
  }

  // Whoever stands on a button of a message that is edited goes on standing there.
  #keepState(row, body) {
    const old = row.querySelector(".body");
    const buttons = old ? [...old.querySelectorAll("button, a")] : [];
    const at = buttons.indexOf(document.activeElement);
    if (at < 0) return;
    const fresh = [...body.querySelectorAll("button, a")];
    const twin = fresh.find((node) => node.textContent === buttons[at].textContent) ?? fresh[Math.min(at, fresh.length - 1)];
    requestAnimationFrame(() => (twin ?? part("log")).focus({ preventScroll: true }));
  }

  #insert(row, id) {
    let after = this.rows.lastElementChild;
    while (after && Number(after.dataset.id) > id) after = after.previousElementSibling;
    if (after) after.after(row);
    else this.rows.prepend(row);
  }

  // A row joins the one above when the same side spoke within five minutes; the first of a day carries its name.
  #group(row) {
    const message = this.#of(row);
    const before = this.#of(row.previousElementSibling);
    const after = this.#of(row.nextElementSibling);
    const side = eventWords(message) ? "event-row" : this.tools.mine(message) ? "out" : "in";
    const kinds = ["message", side, this.#joined(before, message) && "joined", this.#joined(message, after) && "continued"];
    const glow = row.classList.contains("glow") && "glow";
    row.className = [...kinds, glow].filter(Boolean).join(" ");
    this.#nameDay(row, before && dayKey(before.date) === dayKey(message.date) ? null : dayName(message.date));
  }

  #joined(above, below) {
    if (!above || !below || eventWords(above) || eventWords(below)) return false;
    return above.from?.id === below.from?.id && below.date - above.date < GROUP_SECONDS && dayKey(above.date) === dayKey(below.date);
  }

  #nameDay(row, name) {
    const shown = row.querySelector(":scope > .day");
    if (shown?.textContent === name) return;
    shown?.remove();
    if (name) row.prepend(element("p", { class: "day" }, name));
  }

  #of(row) {
    return row ? this.messages.get(Number(row.dataset.id))?.message : undefined;
  }

  #scrolled() {
    this.following = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END;
    if (this.following) this.unseen = 0;
    this.#drawJump();
  }

  #stick() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  #drawJump() {
    this.jumpButton.hidden = this.following;
    const words = this.unseen ? `${this.unseen} new, go to the end` : "Go to the end";
    if (this.jumpButton.getAttribute("aria-label") === words) return;
    this.jumpButton.setAttribute("aria-label", words);
    this.jumpButton.replaceChildren(icon("down"), this.unseen ? element("span", { class: "count" }, String(this.unseen)) : "");
  }
}
