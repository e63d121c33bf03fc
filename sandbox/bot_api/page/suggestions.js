// The list above the writing line: the bot's commands while a "/" is typed, or the results of an inline query. Arrow keys walk it.

import { button, element } from "./element.js";

const NEAR_END = 48;

/** A list of choices `[{title, detail?, choose}]`, shown in `holder` and steered from the text field. */
export class Suggestions {
  constructor(field) {
    this.field = field;
    this.choices = [];
    this.at = -1;
    this.more = null;
    this.holder = element("div", { class: "suggestions", id: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
    this.holder.addEventListener("scroll", () => this.#lookForEnd(), { passive: true });
  }

  /** Show these choices; none hides the list. `more()` is called when their end is seen or reached. */
  show(choices, more = null) {
    this.choices = choices;
    this.at = -1;
    this.more = more;
    this.holder.hidden = choices.length === 0;
    this.holder.replaceChildren(...choices.map((choice, index) => this.#row(choice, index)));
    this.field.setAttribute("aria-expanded", String(choices.length > 0));
    this.field.removeAttribute("aria-activedescendant");
    this.holder.scrollTop = 0;
    this.#lookForEnd();
  }

  /** Add choices at the end of a list that is shown; where somebody stands in it stays. */
  add(choices) {
    if (!this.open) return;
    this.holder.append(...choices.map((choice, index) => this.#row(choice, this.choices.length + index)));
    this.choices = [...this.choices, ...choices];
    this.#lookForEnd();
  }

  /** True while there is something to choose from. */
  get open() {
    return this.choices.length > 0;
  }

  /** Handles a key pressed in the text field; answers true when the key was for the list. */
  steer(event) {
    if (!this.open) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape") this.show([]);
    else if ((event.key === "Enter" || event.key === "Tab") && this.at >= 0) this.choices[this.at].choose();
    else return false;
    event.preventDefault();
    return true;
  }

  #row({ title, detail, choose }, index) {
    const words = element("span", { class: "suggestion-words" }, element("strong", {}, title), element("span", { class: "faint" }, detail ?? ""));
    return button({ class: "suggestion", role: "option", id: `suggestion-${index}`, tabindex: "-1", "aria-selected": "false", on: { click: choose } }, words);
  }

  #move(step) {
    this.at = (this.at + step + this.choices.length) % this.choices.length;
    for (const [index, node] of [...this.holder.children].entries()) {
      node.setAttribute("aria-selected", String(index === this.at));
      if (index === this.at) node.scrollIntoView({ block: "nearest" });
    }
    this.field.setAttribute("aria-activedescendant", `suggestion-${this.at}`);
    if (this.at === this.choices.length - 1) this.more?.();
  }

  #lookForEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.holder;
    if (clientHeight && scrollHeight - scrollTop - clientHeight < NEAR_END) this.more?.();
  }
}
