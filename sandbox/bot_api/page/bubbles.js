// Draws one message, or the messages of one album: who, what it answers, its attachments, its words, its time and its inline keyboard.

import { album, captioned } from "./albums.js";
import { attachment } from "./attachments.js";
import { button, element, tint } from "./element.js";
import { formattedText } from "./entities.js";
import { icon } from "./icons.js";
import { inlineKeyboard } from "./keyboards.js";
import { clock, inFull } from "./moments.js";

const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D|[\u{1F3FB}-\u{1F3FF}])*){1,3}$/u;
const STYLES = new Set(["bold", "italic", "underline", "strikethrough"]);
const EVENTS = {
  pinned_message: (message, name) => `${name} pinned “${shortened(summary(message.pinned_message))}”`,
  web_app_data: (message) => `You sent data from “${message.web_app_data.button_text}”`,
  new_chat_members: (message) => `${message.new_chat_members.map((user) => user.first_name).join(", ")} joined`,
  left_chat_member: (message) => `${message.left_chat_member.first_name} left`,
  new_chat_title: (message) => `The chat is now called “${message.new_chat_title}”`,
  group_chat_created: () => "The group was created",
  migrate_to_chat_id: () => "The group became a supergroup",
  migrate_from_chat_id: () => "The group became this supergroup",
  write_access_allowed: () => "The bot may write to you",
};

function shortened(words) {
  return words.length > 48 ? `${words.slice(0, 47).trimEnd()}…` : words;
}

/** A message in a few words, for pins, quotes, the list of people and notices. */
export function summary(message) {
  const words = message.text ?? message.caption;
  if (words) return words.replace(/\s+/g, " ").slice(0, 120);
  if (message.venue) return message.venue.title;
  const names = { photo: "Photo", document: "File", location: "Location", contact: "Contact" };
  const kind = Object.keys(names).find((name) => message[name]);
  return kind ? names[kind] : "Message";
}

/** What an event of the chat says ("Bot pinned …"), or null for an ordinary message. */
export function eventWords(message) {
  const kind = Object.keys(EVENTS).find((name) => message[name]);
  return kind ? EVENTS[kind](message, message.from?.first_name ?? "Someone") : null;
}

/** The nodes that make up a message, or the several of an album; `tools` are what can be done with it (see conversation.js). */
export function messageNodes(messages, tools) {
  const event = eventWords(messages[0]);
  if (event) return [element("p", { class: "event" }, event)];
  return [bubble(messages, tools), ...messages.map((message) => inlineKeyboard(message, tools)).filter(Boolean)];
}

function bubble(messages, tools) {
  const [message] = messages;
  const several = messages.length > 1;
  const spoken = several ? captioned(messages) : message;
  const text = spoken?.text ?? spoken?.caption ?? "";
  const extra = several ? album(messages, tools, (part) => words(part, part.caption, tools)) : attachment(message, tools);
  const kinds = ["bubble", extra && "with-extra", text && "with-words", ONLY_EMOJI.test(text) && !extra && "only-emoji"];
  return element("div", { class: kinds.filter(Boolean).join(" "), dir: "auto" },
    speaker(message, tools), origin(message), quote(message, tools), extra,
    text || !extra ? words(spoken, text, tools) : null, meta(messages, tools));
}

function words(message, text, tools) {
  const content = text ? formattedText(text, message.entities ?? message.caption_entities, tools) : "This kind of message is not shown here.";
  return element("div", { class: text ? "words" : "words faint", dir: "auto" }, content);
}

function speaker(message, tools) {
  const mine = tools.mine(message);
  const name = mine ? "You" : (message.from?.first_name ?? "Bot");
  // In private, and of one's own, side and colour tell who speaks; those who cannot see them hear it.
  const look = mine || message.chat.type === "private" ? { class: "unseen" } : { class: "speaker", "data-tint": tint(name) };
  return element("span", look, name, element("span", { class: "unseen" }, ": "));
}

// Whose a message was at first; `origin` is a MessageOrigin.
function author(origin) {
  return origin.sender_user?.first_name ?? origin.sender_user_name ?? (origin.sender_chat ?? origin.chat)?.title ?? "someone";
}

function origin(message) {
  const from = message.forward_origin;
  if (from) return element("p", { class: "origin" }, icon("forward"), `Forwarded from ${author(from)}`);
  return message.via_bot ? element("p", { class: "origin" }, `via @${message.via_bot.username}`) : null;
}

// What is answered: a message above leads there, one of another chat is only told of. The words that were picked out of it stand in full.
function quote(message, tools) {
  const { reply_to_message: answered, external_reply: elsewhere, quote: picked } = message;
  if (!answered && !elsewhere) return null;
  const look = { class: picked ? "quote picked" : "quote" };
  const words = element("span", { dir: "auto" }, picked ? formattedText(picked.text, styles(picked.entities)) : summary(answered ?? elsewhere));
  if (elsewhere) return element("div", look, element("strong", {}, place(elsewhere)), words);
  const name = tools.mine(answered) ? "You" : (answered.from?.first_name ?? "Bot");
  return button({ ...look, on: { click: () => tools.jump(answered.message_id) } }, element("strong", {}, name), words);
}

function place({ origin: from, chat }) {
  return chat?.title ? `${author(from)}, in ${chat.title}` : `${author(from)}, in another chat`;
}

// A quote is a button itself, so it holds none of those that other entities become.
function styles(entities = []) {
  return entities.filter(({ type }) => STYLES.has(type));
}

function meta(messages, tools) {
  const [message] = messages;
  const editable = tools.mine(message) && message.text;
  const edit = editable ? button({ class: "edit-own", "aria-label": "Edit this message", on: { click: () => tools.edit(message) } }, icon("edit")) : null;
  const time = element("time", { datetime: new Date(message.date * 1000).toISOString(), title: inFull(message.date) }, clock(message.date));
  return element("span", { class: "meta" }, edit, messages.some((one) => one.edit_date) ? element("span", { class: "edited" }, "edited ") : null, time,
    tools.mine(message) ? icon("check") : null);
}
