// The conversation on the page: one row a message or an album, put in, replaced and taken out one by one, so that 500 of them stay smooth.
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
    this.parts = new WeakMap();
    this.albums = new Map();
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
    // An album counts once, with the part that comes first.
    const counts = isNew && this.parts.get(this.messages.get(message.message_id).row).length === 1;
    if (counts && !this.following && !this.tools.mine(message)) this.unseen += 1;
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
      this.#part(entry);
    }
  }

  /** The reactions to a message now, as ReactionType objects. */
  react(id, reactions) {
    this.reactions.set(id, reactions);
    const entry = this.messages.get(id);
    if (entry) this.#drawReactions(entry.row);
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
    const row = known?.row ?? this.albums.get(message.media_group_id) ?? element("div");
    this.messages.set(message.message_id, { message, row, print });
    // A new message is read aloud; an edit, such as a ticket counting down, is not.
    if (known) row.setAttribute("aria-live", "off");
    else this.#join(row, message);
    this.#draw(row);
    if (!row.isConnected) this.#insert(row, message.message_id);
    this.#groupAround(row);
    return !known;
  }

  // The messages of an album share one row, which bears the number of the first.
  #join(row, { message_id: id, media_group_id: albumId }) {
    if (albumId) this.albums.set(albumId, row);
    this.#setParts(row, [...(this.parts.get(row) ?? []), id].sort((a, b) => a - b));
  }

  #part({ row, message: { message_id: id, media_group_id: albumId } }) {
    const left = this.parts.get(row).filter((part) => part !== id);
    if (left.length) {
      row.setAttribute("aria-live", "off");
      this.#setParts(row, left);
      this.#draw(row);
      this.#groupAround(row);
      return;
    }
    this.albums.delete(albumId);
    const around = [row.previousElementSibling, row.nextElementSibling];
    row.remove();
    for (const other of around) if (other) this.#group(other);
  }

  #setParts(row, ids) {
    this.parts.set(row, ids);
    row.dataset.id = ids[0];
  }

  #draw(row) {
    const messages = this.parts.get(row).map((id) => this.messages.get(id).message);
    const body = element("div", { class: "body" }, messageNodes(messages, this.tools));
    this.#keepState(row, body);
    row.replaceChildren(body);
    this.#drawReactions(row);
  }

  #drawReactions(row) {
    row.querySelector(".reactions")?.remove();
    const emoji = this.parts.get(row).flatMap((id) => this.reactions.get(id) ?? []).map((reaction) => reaction.emoji ?? "★");
    if (emoji.length) row.querySelector(".bubble")?.after(element("p", { class: "reactions" }, element("span", { class: "unseen" }, "Reactions: "), emoji.join(" ")));
  }

  // Whoever stands on a button of a message that is edited goes on standing there.
  #keepState(row, body) {
    const old = row.querySelector(".body");
    const buttons = old ? [...old.querySelectorAll("button, a")] : [];
    const at = buttons.indexOf(document.activeElement);
    if (at < 0) return;
    const fresh = [...body.querySelectorAll("button, a")];
    const alike = (node) => node?.textContent === buttons[at].textContent;
    const twin = alike(fresh[at]) ? fresh[at] : fresh.find(alike) ?? fresh[Math.min(at, fresh.length - 1)];
    requestAnimationFrame(() => (twin ?? part("log")).focus({ preventScroll: true }));
  }

  #insert(row, id) {
    let after = this.rows.lastElementChild;
    while (after && Number(after.dataset.id) > id) after = after.previousElementSibling;
    if (after) after.after(row);
    else this.rows.prepend(row);
  }

  #groupAround(row) {
    for (const near of [row, row.nextElementSibling, row.previousElementSibling]) if (near) this.#group(near);
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
