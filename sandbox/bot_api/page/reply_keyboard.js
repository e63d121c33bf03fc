// The keyboard below the writing line that a bot may offer in place of letters, and the keys that share something instead of text.

import { button, element } from "./element.js";
import { styleOf } from "./keyboards.js";

/** Draws the bot's reply keyboard into `holder`; `press(key)` gets the key, `changed()` runs when it is shown or hidden. */
export class ReplyKeyboard {
  constructor(press, changed) {
    Object.assign(this, { press, changed, markup: null, open: false });
    this.holder = element("div", { class: "reply-keyboard", id: "reply-keyboard", role: "group", "aria-label": "Keyboard of the bot", hidden: true });
  }

  /** The bot's keyboard now: ReplyKeyboardMarkup, ForceReply or null. */
  set(markup) {
    const same = JSON.stringify(markup) === JSON.stringify(this.markup);
    this.markup = markup?.keyboard ? markup : null;
    if (!same) this.toggle(Boolean(this.markup));
    this.draw();
  }

  /** True while the bot offers one, shown or not. */
  get offered() {
    return Boolean(this.markup);
  }

  /** Show or hide it. */
  toggle(open = !this.open) {
    this.open = open;
    this.holder.hidden = !(open && this.offered);
    this.changed();
  }

  /** Draw the keys anew; they are few. */
  draw() {
    this.holder.hidden = !(this.open && this.offered);
    this.holder.classList.toggle("tall", this.offered && !this.markup.resize_keyboard);
    const rows = (this.markup?.keyboard ?? []).map((row) => element("div", { class: "key-row" }, row.map((key) => this.#key(key))));
    this.holder.replaceChildren(...rows);
  }

  #key(entry) {
    const key = typeof entry === "string" ? { text: entry } : entry;
    const pressed = () => {
      if (this.markup?.one_time_keyboard) this.toggle(false);
      this.press(key);
    };
    return button({ class: `key ${styleOf(key)}`, dir: "auto", on: { click: pressed } }, element("span", { class: "key-words" }, key.text));
  }
}
