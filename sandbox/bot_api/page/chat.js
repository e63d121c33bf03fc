// One chat, alive, as one person sees it: hears the server's events, keeps the parts of the page in step, and carries out what the person does.

import { Outgoing, act } from "./actions.js";
import { Buttons } from "./buttons.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { button, element, part, portrait } from "./element.js";
import { icon } from "./icons.js";
import { InlineResults } from "./inline.js";
import { speak } from "./moments.js";
import { alertBox, copy, enlarge, note } from "./notices.js";
import { PinnedBar } from "./pinned.js";
import { drawSpeaker } from "./speaker.js";
import { Stream } from "./stream.js";
import { drawWelcome } from "./welcome.js";

const ACTION_LASTS = 5000;
const ACTIONS = { upload_photo: "sending a photo…", upload_document: "sending a file…", find_location: "looking for a place…" };
const TOUCH = matchMedia("(pointer: coarse)");

/** Chat `id` as person `me` sees it; `people` is the list at the left, `startWith` the payload of a deep link, `go(id, me)` moves on. */
export class Chat {
  constructor({ id, me }, people, startWith, go) {
    Object.assign(this, { id, me, people, startWith, go, bot: null, person: null, pinned: [], keyboard: null, typing: {}, connected: false });
    this.place = { chat_id: id, from_id: me };
    this.conversation = new Conversation({
      mine: (message) => message.from?.id === me,
      press: (message, key) => this.buttons.press(message, key),
      busy: (messageId, data) => this.buttons.presses.busy(messageId, data),
      link: (url) => this.buttons.link(url),
      command: (text) => this.say(text),
      edit: (message) => this.composer.startEdit(message),
      copy,
      enlarge,
    });
    this.buttons = new Buttons(this);
    this.inline = new InlineResults(this);
    this.outgoing = Outgoing.of(this.place, (texts) => this.#drawWaiting(texts), note);
    this.pins = new PinnedBar((messageId) => this.conversation.get(messageId), (messageId) => this.conversation.show(messageId));
    this.composer = new Composer({
      say: (text, extra) => this.say(text, extra),
      edit: (message, text) => this.do("edit", { message_id: message.message_id, text }),
      key: (key) => this.buttons.key(key),
      attach: () => this.buttons.share(),
      inline: (query) => this.inline.ask(query),
      menu: () => this.buttons.webApp(null, this.bot.menu_button.text),
    });
    this.stream = new Stream(id, me, (kind, data) => this[`on_${kind}`](data), (connected) => this.#line(connected));
  }

  /** Leave the chat: nothing of it goes on. */
  close() {
    this.stream.close();
    this.outgoing.leave();
    this.conversation.close();
    clearTimeout(this.typing.timer);
  }

  /** Say something; it waits here while the line is cut. */
  say(text, extra) {
    return this.outgoing.say(text, extra);
  }

  /** Do something else; a refusal is shown and answered null. */
  async do(what, body) {
    try {
      return await act(what, { ...this.place, ...body });
    } catch (error) {
      note(error instanceof TypeError ? "The server cannot be reached. Try again in a moment." : error.message);
      return null;
    }
  }

  /** The person's name, language or block was changed; `fields` are the new values. */
  changed(fields) {
    this.person = { ...this.person, ...fields };
    if (this.group) {
      this.group.members = this.group.members.map((member) => (member.id === this.me ? this.person : member));
      this.#drawSpeaker();
    }
    speak(this.person.language_code);
    this.people.refresh();
    this.#drawFoot();
  }

  // The server's events, each under its own name (see stream.js).

  on_snapshot({ chat, person, members, bot_status: status, messages, keyboard, pinned, typing, bot, reactions }) {
    if (!chat) {
      // The world began anew, and nobody has made this group in it.
      this.go(0);
      return;
    }
    this.group = person ? null : { ...chat, members, bot_status: status };
    this.person = person ?? members.find((member) => member.id === this.me) ?? members[0];
    this.#drawSpeaker();
    speak(this.person.language_code);
    part("show-menu").disabled = false;
    this.conversation.replaceAll(messages);
    for (const [messageId, given] of Object.entries(reactions ?? {})) this.conversation.react(Number(messageId), given);
    this.on_keyboard({ keyboard });
    this.on_pinned({ pinned });
    this.on_typing(typing ?? {});
    this.on_bot(bot);
    this.#saw(messages.at(-1));
    this.outgoing.flush();
  }

  on_message({ message }) {
    const isNew = this.conversation.put(message);
    if (message.from?.is_bot) this.on_typing({});
    this.pins.draw();
    this.#drawFoot();
    if (isNew) this.#saw(message);
  }

  on_deleted({ message_ids: ids }) {
    this.conversation.remove(ids);
    this.pins.draw();
    this.#drawFoot();
  }

  on_keyboard({ keyboard }) {
    this.keyboard = keyboard;
    const asked = [...this.conversation.messages.values()].map((entry) => entry.message).findLast((message) => message.from?.is_bot);
    this.composer.setKeyboard(keyboard, asked);
  }

  on_reactions({ message_id: messageId, reactions }) {
    this.conversation.react(messageId, reactions);
  }

  on_pinned({ pinned }) {
    this.pins.set(pinned);
  }

  on_typing({ action }) {
    clearTimeout(this.typing.timer);
    this.typing = { action };
    // The server's clock may be set to any time, so the five seconds that an action lasts are counted here.
    if (action) this.typing.timer = setTimeout(() => this.on_typing({}), ACTION_LASTS);
    part("typing").hidden = !this.typing.action;
    this.#drawStatus();
  }

  on_callback_answer(answer) {
    this.buttons.presses.answered(answer);
  }

  on_bot(bot) {
    this.bot = bot?.bot ?? bot ?? null;
    const name = this.group?.title ?? this.bot?.first_name ?? "Waiting for the bot";
    document.title = name;
    part("bot-name").textContent = name;
    portrait(part("bot-avatar"), name);
    this.composer.setBot(this.bot);
    this.#drawFoot();
    this.#drawStatus();
  }

  on_inline(answer) {
    this.inline.answered(answer);
  }

  #line(connected) {
    this.connected = connected;
    document.body.classList.toggle("cut", !connected);
    this.#drawStatus();
  }

  #saw(message) {
    if (!message) return;
    this.people.saw(this.id, message.message_id);
    this.outgoing.reached(message.message_id);
    this.people.refreshSoon();
  }

  #drawSpeaker() {
    drawSpeaker(this.group, this.me, (me) => this.go(this.id, me));
  }

  #drawStatus() {
    const action = ACTIONS[this.typing.action] ?? "typing…";
    const words = !this.connected ? "reconnecting…" : this.typing.action ? action : this.#about();
    if (part("status").textContent !== words) part("status").textContent = words;
    part("status").classList.toggle("busy", !this.connected || Boolean(this.typing.action));
  }

  #about() {
    const count = this.group?.members.length;
    if (count) return count === 1 ? "1 member" : `${count} members`;
    return this.bot?.username ? `@${this.bot.username}` : "not started yet";
  }

  #drawWaiting(texts) {
    const rows = texts.map((text) => element("div", { class: "message out" }, element("div", { class: "bubble pending", dir: "auto" },
      element("div", { class: "words" }, text), element("span", { class: "meta" }, icon("clock"), element("span", { class: "unseen" }, "not sent yet")))));
    part("waiting").replaceChildren(...rows);
    if (rows.length) this.conversation.toEnd();
  }

  // Below the conversation: START in an empty chat, UNBLOCK in a blocked one, else the writing line.
  #drawFoot() {
    const empty = this.conversation.messages.size === 0;
    const state = this.group ? "write" : this.person?.blocked ? "blocked" : empty || this.startWith ? "start" : "write";
    drawWelcome(this.bot, empty && !this.group);
    if (state === this.foot) return;
    this.foot = state;
    const held = part("foot").contains(document.activeElement);
    const start = () => button({ class: "big", on: { click: () => this.#start() } }, "START");
    const unblock = () => button({ class: "big", on: { click: () => this.#unblock() } }, "UNBLOCK");
    part("foot").replaceChildren(...(state === "write" ? this.composer.nodes : [state === "start" ? start() : unblock()]));
    // Whoever pressed START goes on by writing; on a phone the screen's keyboard would come up unasked.
    if (held && !TOUCH.matches) part("foot").querySelector("textarea, .big").focus();
  }

  #start() {
    const payload = this.startWith;
    this.startWith = null;
    this.say(payload ? `/start ${payload}` : "/start");
    this.#drawFoot();
  }

  async #unblock() {
    if (await this.do("unblock", {})) this.changed({ blocked: false });
  }

  /** The bot answered a press: go where it points, and show its words as a note or an alert. */
  answered({ text, show_alert: alert, url }) {
    if (url) this.buttons.open(url);
    if (text && alert) alertBox(this.bot?.first_name ?? "Bot", text);
    else if (text) note(text);
  }
}
