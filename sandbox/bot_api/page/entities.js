// Turns a text and its entities (offsets in UTF-16 units, as JavaScript counts) into nodes: styles, links, code, spoilers, quotes, times.

import { button, element, safeLink } from "./element.js";
import { icon } from "./icons.js";
import { fillTime } from "./moments.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const end = (entity) => entity.offset + entity.length;
const inOrder = (a, b) => a.offset - b.offset || b.length - a.length;

/** The nodes of a text. `tools.link(url)` follows a link, `tools.command(text)` sends a command, `tools.copy(text)` copies. */
export function formattedText(text, entities = [], tools = {}) {
  return stretch(text, 0, text.length, [...entities].sort(inOrder), tools);
}

function stretch(text, from, to, entities, tools) {
  const nodes = document.createDocumentFragment();
  let at = from;
  let queue = entities;
  let afterBlock = false;
  const plain = (until) => {
    // A block ends its line by itself; the newline behind it would show as an empty line.
    const start = afterBlock && text[at] === "\n" ? at + 1 : at;
    if (until > start) nodes.append(text.slice(start, until));
  };
  while (queue.length) {
    const [first, ...rest] = queue;
    const { inside, after } = divide(rest, end(first));
    plain(first.offset);
    nodes.append(dressed(first, text.slice(first.offset, end(first)), stretch(text, first.offset, end(first), inside, tools), tools));
    at = end(first);
    afterBlock = BLOCKS.has(first.type);
    queue = after;
  }
  plain(to);
  return nodes;
}

// Entities that reach over another's end are cut there, so that the nodes always nest.
function divide(entities, border) {
  const inside = [];
  const after = [];
  for (const entity of entities) {
    if (entity.offset >= border) {
      after.push(entity);
      continue;
    }
    const over = end(entity) - border;
    inside.push(over > 0 ? { ...entity, length: border - entity.offset } : entity);
    if (over > 0) after.push({ ...entity, offset: border, length: over });
  }
  return { inside, after: after.sort(inOrder) };
}

function dressed(entity, text, content, tools) {
  if (TAGS[entity.type]) return element(TAGS[entity.type], {}, content);
  const maker = MAKERS[entity.type];
  return maker ? maker(entity, text, content, tools) : element("span", { class: `entity-${entity.type}` }, content);
}

// What has no maker has only a class: mentions, hashtags and cashtags are coloured by it, and nothing here is there to be opened by them.
const MAKERS = {
  url: (entity, text, content, tools) => link(text, content, tools),
  text_link: (entity, text, content, tools) => link(entity.url, content, tools),
  // Post and telephone are outside this sandbox; what one would write or call is copied.
  email: copied,
  phone_number: copied,
  text_mention: (entity, text, content) => element("span", { class: "entity-text_mention", title: fullName(entity.user) }, content),
  bot_command: (entity, text, content, tools) => button({ class: "as-link", on: { click: () => tools.command?.(text) } }, content),
  custom_emoji: (entity, text, content) => element("span", { class: "custom-emoji" }, content),
  pre: codeBlock,
  spoiler: (entity, text, content) => spoiler(content),
  blockquote: (entity, text, content) => element("blockquote", {}, content),
  expandable_blockquote: (entity, text, content) => expandable(content),
  date_time: (entity, text, content) => {
    const node = element("time", {}, content);
    fillTime(node, entity.unix_time, entity.date_time_format);
    return node;
  },
};

function copied(entity, text, content, tools) {
  return button({ class: "as-link", title: "Copy", on: { click: () => tools.copy?.(text) } }, content);
}

function fullName(user) {
  return [user?.first_name, user?.last_name].filter(Boolean).join(" ") || null;
}

function link(url, content, tools) {
  const address = safeLink(url);
  if (!address) return element("span", {}, content);
  const follow = (event) => {
    if (tools.link?.(address)) event.preventDefault();
  };
  return element("a", { href: address, title: address, target: "_blank", rel: "noopener noreferrer", on: { click: follow } }, content);
}

function codeBlock(entity, text, content, tools) {
  const copy = button({ class: "copy-code", "aria-label": "Copy the code", on: { click: () => tools.copy?.(text) } }, icon("copy"));
  const language = entity.language ? element("span", { class: "code-language" }, entity.language) : null;
  return element("div", { class: "code-block" }, language, element("pre", { tabindex: "0" }, element("code", {}, content)), copy);
}

// Hidden words stay out of the accessibility tree too, until the reader asks for them.
function spoiler(content) {
  const words = element("span", { class: "spoiler-words", "aria-hidden": "true", inert: true }, content);
  const cover = button({ class: "spoiler-cover", "aria-label": "Hidden text: show it" });
  const node = element("span", { class: "spoiler" }, words, cover);
  cover.addEventListener("click", () => {
    node.classList.add("shown");
    words.removeAttribute("aria-hidden");
    words.removeAttribute("inert");
    cover.remove();
  });
  return node;
}

function expandable(content) {
  const words = element("div", { class: "quote-words" }, content);
  const more = button({ class: "quote-more", "aria-expanded": "false" }, "Show more");
  const node = element("blockquote", { class: "expandable" }, words, more);
  more.addEventListener("click", () => {
    const open = node.classList.toggle("open");
    more.setAttribute("aria-expanded", String(open));
    more.textContent = open ? "Show less" : "Show more";
  });
  return node;
}
