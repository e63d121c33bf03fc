// The writing line: text that grows with what is written, commands, the bot's own keyboard, answering and editing.

import { summary } from "./bubbles.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";
import { ReplyKeyboard } from "./reply_keyboard.js";
import { Suggestions } from "./suggestions.js";

const INLINE_PAUSE = 150;
const WIDE = matchMedia("(min-width: 800px)");

/** `does`: say(text, extra), edit(message, text), key(replyKey), attach(), inline(query|null), menu(): what the line leads to. */
export class Composer {
  constructor(does) {
    this.does = does;
    this.mode = null;
    this.bot = {};
    this.field = element("textarea", {
      id: "message", rows: "1", maxlength: "4096", placeholder: "Message", "aria-label": "Message", autocomplete: "off", enterkeyhint: "send", dir: "auto",
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions",
    });
    this.suggestions = new Suggestions(this.field);
    this.keyboard = new ReplyKeyboard((key) => does.key(key), () => this.#drawToggle());
    this.context = element("div", { class: "context", hidden: true });
    this.menu = button({ class: "menu-key", "aria-label": "Commands", on: { click: () => this.#menu() } });
    this.toggle = button({ class: "round", hidden: true, "aria-controls": "reply-keyboard", on: { click: () => this.keyboard.toggle() } }, icon("keys"));
    this.attach = button({ class: "round", "aria-label": "Share a place, a contact or a file", on: { click: () => does.attach() } }, icon("attach"));
    this.send = element("button", { class: "round send", type: "submit", "aria-label": "Send" }, icon("send"));
    this.form = element("form", { class: "composer" }, this.menu, this.field, this.toggle, this.attach, this.send);
    this.nodes = [this.context, this.suggestions.holder, this.form, this.keyboard.holder];
    this.#listen();
    this.setBot({});
  }

  /** The bot's commands and menu button. */
  setBot(bot) {
    this.bot = bot ?? {};
    const app = this.bot.menu_button?.type === "web_app" ? this.bot.menu_button : null;
    this.menu.hidden = !app && !this.bot.commands?.length;
    this.menu.classList.toggle("wide", Boolean(app));
    this.menu.setAttribute("aria-label", app ? app.text : "Commands");
    this.menu.replaceChildren(icon(app ? "app" : "slash"), app ? element("span", {}, app.text) : "");
  }

  /** What the bot offers in place of letters: a reply keyboard, a forced reply to `asked`, or null. */
  setKeyboard(markup, asked) {
    this.keyboard.set(markup);
    this.field.placeholder = markup?.input_field_placeholder || "Message";
    if (markup?.force_reply && asked) this.#enter({ kind: "reply", message: asked });
    else if (this.mode?.kind === "reply") this.#leave();
  }

  /** Change one of the person's own texts. */
  startEdit(message) {
    this.#enter({ kind: "edit", message });
    this.put(message.text);
  }

  /** Put a text in the line, ready to go on writing. */
  put(text) {
    this.field.value = text;
    this.field.focus();
    this.#changed();
  }

  /** Results of an inline query, as suggestions; those of a query that was typed on are dropped. `more()` is called at their end. */
  suggest(query, choices, more) {
    if (this.#inlineQuery() === query) this.suggestions.show(choices, more);
  }

  /** Further results of the same query, below those that are shown. */
  suggestMore(query, choices) {
    if (this.#inlineQuery() === query) this.suggestions.add(choices);
  }

  #listen() {
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => {
      if (event.isComposing || this.suggestions.steer(event)) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.#submit();
      } else if (event.key === "Escape" && this.mode) {
        this.#leave();
      }
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    const { mode } = this;
    this.field.value = "";
    this.#leave();
    this.#changed();
    if (mode?.kind === "edit") this.does.edit(mode.message, text);
    else this.does.say(text, mode ? { reply_to_message_id: mode.message.message_id } : {});
    if (this.keyboard.markup?.one_time_keyboard) this.keyboard.toggle(false);
  }

  #changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 160)}px`;
    this.form.classList.toggle("written", this.field.value.trim() !== "");
    const query = this.#inlineQuery();
    clearTimeout(this.asking);
    if (query !== null) this.asking = setTimeout(() => this.does.inline(query), INLINE_PAUSE);
    else this.suggestions.show(this.#commandChoices());
  }

  // "@bot something" asks the bot for inline results, as anywhere in a chat.
  #inlineQuery() {
    const [name, ...rest] = this.field.value.split(" ");
    const known = this.bot.username && name.toLowerCase() === `@${this.bot.username.toLowerCase()}`;
    return known && this.field.value.includes(" ") ? rest.join(" ") : null;
  }

  #commandChoices() {
    const typed = /^\/(\w*)$/.exec(this.field.value);
    if (!typed) return [];
    const fitting = (this.bot.commands ?? []).filter(({ command }) => command.startsWith(typed[1].toLowerCase()));
    return fitting.map(({ command, description }) => ({ title: `/${command}`, detail: description, choose: () => this.#command(command) }));
  }

  #command(command) {
    this.put("");
    this.does.say(`/${command}`);
    if (!WIDE.matches) this.field.blur();
  }

  #menu() {
    if (this.menu.classList.contains("wide")) this.does.menu();
    else if (this.suggestions.open) this.put("");
    else this.put("/");
  }

  #enter(mode) {
    this.mode = mode;
    const title = mode.kind === "edit" ? "Edit message" : "Reply";
    const cancel = button({ class: "round", "aria-label": `Cancel: ${title}`, on: { click: () => this.#cancel() } }, icon("close"));
    this.context.replaceChildren(icon(mode.kind), element("span", { class: "context-words", dir: "auto" }, element("strong", {}, title), element("span", {}, summary(mode.message))), cancel);
    this.context.hidden = false;
    if (WIDE.matches) this.field.focus();
  }

  #cancel() {
    if (this.mode?.kind === "edit") this.put("");
    this.#leave();
    this.field.focus();
  }

  #leave() {
    this.mode = null;
    this.context.hidden = true;
  }

  #drawToggle() {
    const { open, offered } = this.keyboard;
    this.toggle.hidden = !offered;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.toggle.setAttribute("aria-label", open ? "Hide the bot's keyboard" : "Show the bot's keyboard");
  }
}
