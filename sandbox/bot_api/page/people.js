// The people who are played side by side, and their groups: a list at the left, who wrote last, what is unread, and ways to add one more.

import { act, ask } from "./actions.js";
import { eventWords, summary } from "./bubbles.js";
import { button, element, part, portrait } from "./element.js";
import { freeNumber, openGroup } from "./group_sheet.js";
import { icon } from "./icons.js";
import { languageField } from "./languages.js";
import { remember, remembered } from "./memory.js";
import { clock } from "./moments.js";
import { note, sheet } from "./notices.js";
import { addressOf } from "./place_in_address.js";

const FIRST = 1001;
const NAMES = ["Ana", "Bruno", "Chidi", "Dalia", "Emil", "Farah", "Goran", "Hana", "Inês", "João", "Kira", "Luis"];
const EVERY = 4000;
const SOON = 250;
const SEEN = "chat.seen";

/** A name for a person nobody has named yet. */
export function likelyName(id) {
  return NAMES[(id - FIRST + NAMES.length * 1000) % NAMES.length];
}

/** The list; `open(id, me)` shows another chat. */
export class People {
  constructor(open) {
    this.open = open;
    this.list = element("ul", { class: "people-list" });
    this.groupList = element("ul", { class: "people-list groups" });
    this.known = [];
    this.groups = [];
    this.current = 0;
    this.seen = remembered(SEEN);
    const add = button({ class: "round", "aria-label": "Add a person", on: { click: () => this.#add() } }, icon("plus"));
    const gather = button({ class: "round", "aria-label": "Make a group", on: { click: () => this.#gather() } }, icon("plus"));
    part("people").append(element("div", { class: "people-head" }, element("h2", {}, "People"), add), this.list,
      element("div", { class: "people-head" }, element("h2", {}, "Groups"), gather), this.groupList,
      element("p", { class: "people-foot" }, element("a", { href: "/desk", target: "_blank" }, "Open the desk page")));
    // The events of the others' chats do not come here; their last words are asked for while somebody is looking.
    setInterval(() => document.visibilityState === "visible" && this.refresh(), EVERY);
  }

  /** Ask who there is. */
  async refresh() {
    const answer = await ask("/play/people");
    if (!answer) return;
    this.known = answer.people.sort((a, b) => a.id - b.id);
    this.groups = answer.groups.sort((a, b) => b.id - a.id);
    this.#draw();
  }

  /** Ask in a moment, however often something happens until then. */
  refreshSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.refresh(), SOON);
  }

  /** This chat is looked at now; a person whom nobody made known before is made known, in the browser's language. */
  async choose(id) {
    this.current = id;
    await this.refresh();
    if (id < 0 || this.known.some((person) => person.id === id)) return;
    const language = navigator.language.split("-")[0];
    await act("person", { chat_id: id, first_name: likelyName(id), language_code: language }).catch((error) => note(error.message));
    await this.refresh();
  }

  /** Who speaks in that group: the one who is asked for, or its creator; 0 where there is no such group. */
  speaker(id, me) {
    const group = this.groups.find((one) => one.id === id);
    return group ? (group.members.includes(me) ? me : group.members[0]) : 0;
  }

  /** The person has seen everything up to this message; a lower number than before means that the world began anew. */
  saw(id, messageId) {
    if (this.seen[id] === messageId) return;
    this.seen[id] = messageId;
    remember(SEEN, this.seen);
  }

  #draw() {
    const print = JSON.stringify([this.known, this.groups, this.current, this.seen]);
    if (print === this.print) return;
    this.print = print;
    const focused = document.activeElement.closest?.(".people-list") ? document.activeElement.dataset.person : null;
    this.list.replaceChildren(...this.known.map((person) => element("li", {}, this.#row(person, person.first_name))));
    this.groupList.replaceChildren(...this.groups.map((group) => element("li", {}, this.#row(group, group.title))));
    if (focused) part("people").querySelector(`[data-person="${focused}"]`)?.focus();
  }

  #row(person, name) {
    const { last_message: last } = person;
    const unread = person.id !== this.current && last?.from?.is_bot && last.message_id > (this.seen[person.id] ?? 0);
    const choose = (event) => {
      event.preventDefault();
      this.open(person.id);
    };
    const look = { class: "person", href: addressOf(person.id), "data-person": person.id, "aria-current": person.id === this.current ? "page" : null };
    return element("a", { ...look, on: { click: choose } }, portrait(element("span", { class: "avatar small", "aria-hidden": "true" }), name),
      element("span", { class: "person-words", dir: "auto" },
        element("span", { class: "person-line" }, element("strong", {}, name), last ? element("time", { class: "faint" }, clock(last.date)) : null),
        element("span", { class: "person-line faint" }, element("span", { class: "last-words" }, last ? eventWords(last) ?? summary(last) : "Nothing yet"),
          unread ? element("span", { class: "count" }, "New") : null)));
  }

  #gather() {
    const group = { id: freeNumber(this.groups), title: "A group", members: this.known.map(({ id }) => id), administrator: false };
    openGroup(group, this.known, { heading: "Make a group", verb: "Make", done: (id) => this.open(id) });
  }

  #add() {
    const id = Math.max(FIRST - 1, ...this.known.map((person) => person.id)) + 1;
    const name = element("input", { class: "field", name: "name", value: likelyName(id), required: true, maxlength: "64", autocomplete: "off" });
    const language = languageField(navigator.language.split("-")[0]);
    const save = async (event) => {
      event.preventDefault();
      await act("person", { chat_id: id, first_name: name.value.trim(), language_code: language.value }).catch((error) => note(error.message));
      dialog.close();
      this.open(id);
    };
    const form = element("form", { class: "fields", on: { submit: save } }, element("label", {}, "First name", name), element("label", {}, "Language", language),
      element("button", { class: "key style-primary", type: "submit" }, "Add"));
    const dialog = sheet("Add a person", form, { kind: "small" });
    name.select();
  }
}
