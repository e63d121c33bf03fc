// The buttons under a message. A press shows that it is on its way until the bot has answered it.

import { button, element, safeLink } from "./element.js";
import { icon } from "./icons.js";

const CORNERS = [["url", "link"], ["login_url", "link"], ["web_app", "app"], ["copy_text", "copy"], ["switch_inline_query", "forward"], ["switch_inline_query_current_chat", "forward"]];

/** The inline keyboard of a message, or null; `tools.press(message, key, node)` is told what was pressed. */
export function inlineKeyboard(message, tools) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const lines = rows.map((row) => element("div", { class: "key-row" }, row.map((key) => inlineKey(message, key, tools))));
  return element("div", { class: "inline-keyboard", role: "group", "aria-label": "Buttons of this message" }, lines);
}

function inlineKey(message, key, tools) {
  const corner = CORNERS.find(([kind]) => key[kind] !== undefined);
  const face = [element("span", { class: "key-words" }, key.text), corner && icon(corner[1])];
  const look = { class: `key ${styleOf(key)}`, dir: "auto" };
  const address = key.url && safeLink(key.url);
  if (address) {
    const follow = (event) => {
      if (tools.link(address)) event.preventDefault();
    };
    return element("a", { ...look, href: address, target: "_blank", rel: "noopener noreferrer", on: { click: follow } }, face);
  }
  const busy = key.callback_data !== undefined && tools.busy(message.message_id, key.callback_data);
  const node = button({ ...look, "data-press": key.callback_data, "aria-busy": busy ? "true" : null }, face);
  node.addEventListener("click", () => tools.press(message, key));
  return node;
}

/** The class of a button's style; an unknown one looks plain. */
export function styleOf(key) {
  return ["primary", "success", "danger"].includes(key.style) ? `style-${key.style}` : "style-plain";
}
