// Draws what a message carries besides words: photos, files, positions, venues and contacts.

import { DrawnMap, degrees, pinShape } from "./drawn_map.js";
import { button, element } from "./element.js";
import { icon } from "./icons.js";

const FILES = ["document", "video", "animation", "audio", "voice", "video_note", "sticker"];
const MAP = { width: 300, height: 160, metres: 1100 };
const fileAddress = (id) => `/play/file/${encodeURIComponent(id)}`;

/** The attachment of a message as a node, or null; `tools.enlarge(address, words, caption)` shows a photo large. */
export function attachment(message, tools) {
  if (message.photo) return photo(message, tools);
  if (message.venue) return place(message.venue.location, [message.venue.title, message.venue.address]);
  if (message.location) return place(message.location, [message.location.live_period ? "Live location" : "Location", degrees(message.location)]);
  if (message.contact) return contact(message.contact);
  const kind = FILES.find((name) => message[name]);
  return kind ? file(message[kind], kind) : null;
}

function photo(message, tools) {
  const largest = message.photo.reduce((best, size) => (size.width > best.width ? size : best));
  const words = message.caption ? `Photo: ${message.caption}` : "Photo";
  // Width and height are known before the bytes, so the conversation never jumps when the picture arrives.
  const image = element("img", { src: fileAddress(largest.file_id), alt: words, width: largest.width, height: largest.height, loading: "lazy", decoding: "async" });
  const enlarge = () => tools.enlarge(image.src, words, message.caption);
  return button({ class: message.has_media_spoiler ? "photo veiled" : "photo", on: { click: enlarge } }, image);
}

function place(position, [title, detail]) {
  const map = new DrawnMap({ ...position, ...MAP });
  const pin = pinShape();
  pin.setAttribute("transform", `translate(${MAP.width / 2} ${MAP.height / 2})`);
  map.svg.append(pin);
  return element("figure", { class: "place" }, map.svg,
    element("figcaption", {}, element("strong", {}, title), element("span", { class: "faint" }, detail)));
}

function contact(person) {
  const name = [person.first_name, person.last_name].filter(Boolean).join(" ");
  return element("div", { class: "card" }, element("span", { class: "card-mark" }, icon("person")),
    element("span", { class: "card-words" }, element("strong", {}, name), element("span", { class: "faint" }, person.phone_number)));
}

function file(data, kind) {
  const name = data.file_name || kind.replace("_", " ");
  return element("a", { class: "card", href: fileAddress(data.file_id), download: data.file_name || "" },
    element("span", { class: "card-mark" }, icon("file")),
    element("span", { class: "card-words" }, element("strong", {}, name), element("span", { class: "faint" }, fileSize(data.file_size))));
}

/** How large a file is, in a word. */
export function fileSize(bytes) {
  if (!bytes) return "File";
  if (bytes < 1e3) return `${bytes} B`;
  const [number, unit] = bytes < 1e6 ? [bytes / 1e3, "KB"] : [bytes / 1e6, "MB"];
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ${unit}`;
}
