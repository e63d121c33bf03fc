// The sheet between choosing a file and sending it: what was chosen, and a caption to say with it.

import { fileSize } from "./attachments.js";
import { element } from "./element.js";
import { icon } from "./icons.js";
import { sheet } from "./notices.js";

/** Shows the chosen file; `send(caption)` sends it and answers whether it went, which closes the sheet. */
export function openCaption(kind, file, send) {
  const field = element("textarea", { class: "field", name: "caption", rows: "2", maxlength: "1024", dir: "auto", enterkeyhint: "send" });
  const key = element("button", { class: "key style-primary", type: "submit" }, "Send");
  const submit = async (event) => {
    event.preventDefault();
    if (key.disabled) return;
    key.disabled = true;
    if (await send(field.value.trim())) dialog.close();
    else key.disabled = false;
  };
  const form = element("form", { class: "fields", on: { submit } }, kind === "photo" ? picture(file) : card(file), element("label", {}, "Caption", field), key);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  const dialog = sheet(kind === "photo" ? "Send a photo" : "Send a file", form, { kind: "small" });
  field.focus();
}

function picture({ content, mime, name }) {
  return element("img", { class: "chosen-photo", src: `data:${mime};base64,${content}`, alt: name });
}

function card({ name, size }) {
  return element("div", { class: "card" }, element("span", { class: "card-mark" }, icon("file")),
    element("span", { class: "card-words" }, element("strong", {}, name), element("span", { class: "faint" }, fileSize(size))));
}
