// The bar under the head that shows the pinned message; pressing it goes there, and from there to the one pinned before.

import { button, element, part } from "./element.js";
import { summary } from "./bubbles.js";
import { icon } from "./icons.js";

/** Draws the bar for the numbers in `pinned` (oldest first); `find(id)` gives a message and `show(id)` goes to it. */
export class PinnedBar {
  constructor(find, show) {
    Object.assign(this, { find, show, pinned: [], at: 0 });
  }

  /** Other messages are pinned now. */
  set(pinned) {
    this.pinned = (pinned ?? []).map((entry) => entry.message_id ?? entry);
    this.at = this.pinned.length - 1;
    this.draw();
  }

  /** Draw again: a pinned message may have been edited or deleted. */
  draw() {
    const bar = part("pinned");
    const message = this.find(this.pinned[this.at]);
    bar.hidden = !message;
    if (!message) return;
    const title = this.pinned.length > 1 ? `Pinned message ${this.at + 1} of ${this.pinned.length}` : "Pinned message";
    const words = summary(message);
    // Two pinned messages may say the same, and each has a button of its own.
    const shown = `${message.message_id} ${title} ${words}`;
    if (bar.dataset.shown === shown) return;
    bar.dataset.shown = shown;
    const face = [icon("pin"), element("span", { class: "pinned-words", dir: "auto" }, element("strong", {}, title), element("span", {}, words))];
    bar.replaceChildren(button({ class: "pinned-go", on: { click: () => this.#go(message.message_id) } }, face));
  }

  #go(id) {
    this.show(id);
    this.at = (this.at - 1 + this.pinned.length) % this.pinned.length;
    this.draw();
    part("pinned").querySelector("button")?.focus({ preventScroll: true });
  }
}
