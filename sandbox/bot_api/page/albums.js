// Draws the parts of an album in one bubble: photos as a grid, other files one under the other, each with its own words.

import { attachment } from "./attachments.js";
import { element } from "./element.js";

/** The message whose words stand below an album: of photos the only one that has any, for several belong each to its own picture. */
export function captioned(messages) {
  const told = messages.filter((message) => message.caption);
  return told.length === 1 && isGrid(messages) ? told[0] : null;
}

/** The album as a node; `words(message)` draws what is said to one of its files. */
export function album(messages, tools, words) {
  if (isGrid(messages)) return grid(messages, tools);
  const rows = messages.map((message) => element("div", {}, attachment(message, tools), message.caption ? words(message) : null));
  return element("div", { class: "album-files", role: "group", "aria-label": `${messages.length} files` }, rows);
}

function isGrid(messages) {
  return messages.every((message) => message.photo);
}

// The first picture is as wide as it takes for the last row to be full.
function grid(messages, tools) {
  const columns = messages.length < 5 ? 2 : 3;
  const first = columns - ((messages.length - 1) % columns);
  const look = { class: `album columns-${columns} first-${first}`, role: "group", "aria-label": `${messages.length} photos` };
  return element("div", look, messages.map((message) => attachment(message, tools)));
}
