// The languages a person may have set in the chat app, each under its own name.

import { element } from "./element.js";

const CODES = ["ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv",
  "ms", "nb", "nl", "pl", "pt", "pt-br", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi", "zh"];

function ownName(code) {
  const name = new Intl.DisplayNames([code], { type: "language", fallback: "code" }).of(code);
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}

/** A choice of languages with `chosen` set; a code that is not in the list is added to it. */
export function languageField(chosen) {
  const codes = CODES.includes(chosen) || !chosen ? CODES : [chosen, ...CODES];
  const options = codes.map((code) => element("option", { value: code, selected: code === chosen }, ownName(code)));
  return element("select", { class: "field", name: "language" }, options);
}
