// What comes up over the chat: short notes that fade, alerts and questions that wait, sheets, and photos shown large.

import { button, element, part } from "./element.js";
import { icon } from "./icons.js";

const NOTE_TIME = 4000;

/** A note that fades by itself; screen readers say it. */
export function note(words) {
  const node = element("p", { class: "toast" }, words);
  const toasts = part("toasts");
  toasts.append(node);
  while (toasts.childElementCount > 3) toasts.firstElementChild.remove();
  // Shown anew, the notes lie above a sheet that was opened after them.
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  toasts.showPopover();
  setTimeout(() => node.remove(), Math.max(NOTE_TIME, words.length * 70));
}

/** A modal sheet with a title and a close button; `closed(value)` runs once when it is gone. Answers the dialog element. */
export function sheet(title, content, { kind = "", closed } = {}) {
  const heading = element("h2", { id: `sheet-${Date.now()}` }, title);
  const shut = button({ class: "round", "aria-label": "Close", on: { click: () => dialog.close() } }, icon("close"));
  const dialog = element("dialog", { class: `sheet ${kind}`, "aria-labelledby": heading.id },
    element("div", { class: "sheet-head" }, heading, shut), element("div", { class: "sheet-body" }, content));
  const opener = document.activeElement;
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener?.focus?.({ preventScroll: true });
    closed?.(dialog.returnValue);
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A question with buttons `[{id, text, style?}]`; answers the id of the one pressed, or "" when it was waved away. */
export function question(title, words, choices) {
  return new Promise((resolve) => {
    const keys = choices.map(({ id, text, style }) =>
      button({ class: `key style-${style ?? "plain"}`, on: { click: () => dialog.close(id) } }, text));
    const content = [element("p", { class: "question", dir: "auto" }, words), element("div", { class: "key-row" }, keys)];
    const dialog = sheet(title, content, { kind: "small", closed: resolve });
    keys.at(-1).focus();
  });
}

/** An answer of the bot that has to be read. */
export function alertBox(title, words) {
  return question(title, words, [{ id: "ok", text: "OK", style: "primary" }]);
}

/** A photo as large as the window allows, with what is said to it. */
export function enlarge(address, words, caption) {
  const content = [element("img", { class: "large-photo", src: address, alt: words })];
  if (caption) content.push(element("p", { class: "large-words", dir: "auto" }, caption));
  sheet("Photo", content, { kind: "wide" });
}

/** Copy to the clipboard and say so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    note("Copied");
  } catch {
    // Without permission the text is shown selected, so that it can be copied by hand.
    const field = element("input", { class: "field", value: text, readonly: true, "aria-label": "Text to copy" });
    sheet("Copy this", field, { kind: "small" });
    field.select();
  }
}
