// A sheet that makes the bot's next call fail in a chosen way; what the bot does then can be watched in the chat.

import { act } from "./actions.js";
import { element } from "./element.js";
import { note, sheet } from "./notices.js";

// What both neighbours may do wrong, and what only Telegram does: its limit on sends and refusals in its own words.
const ANYBODYS = [
  ["500", "500 Internal Server Error"],
  ["502", "502 Bad Gateway, as a web page"],
  ["timeout", "Hang: no answer comes"],
  ["reset", "The connection is reset"],
  ["truncated", "The answer breaks off in the middle"],
  ["garbage", "The answer is no JSON"],
  ["html", "A stranger's web page answers"],
  ["slow", "The answer comes slowly"],
  ["huge", "The answer is huge"],
];
const TELEGRAMS = [
  ["flood", "429 Too Many Requests for 5 s"],
  ...ANYBODYS,
  ["restart", "500 while Telegram restarts"],
  ["unauthorized", "401 Unauthorized: the token was revoked"],
];
const RETRY_AFTER = 5;

/** Offers the faults for the next calls that concern this chat, or for the next requests to the queue server. */
export function openFaults(chatId) {
  const target = choice("target", [["telegram", "Telegram, in this chat"], ["queue", "The queue server"]]);
  const kind = element("select", { class: "field", name: "kind" });
  const after = element("input", { type: "checkbox", name: "after" });
  const count = element("input", { class: "field", name: "count", type: "number", min: "1", max: "99", value: "1", required: true });
  const offer = () => {
    kind.replaceChildren(...options(target.value === "queue" ? ANYBODYS : TELEGRAMS));
    drawAfter();
  };
  // A send that is turned away at the limit never takes effect.
  const drawAfter = () => {
    after.disabled = kind.value === "flood";
    if (after.disabled) after.checked = false;
  };
  const save = async (event) => {
    event.preventDefault();
    const order = { target: target.value, kind: kind.value, after: after.checked, count: count.valueAsNumber, chatId };
    if (await plan(order)) dialog.close();
  };
  target.addEventListener("change", offer);
  kind.addEventListener("change", drawAfter);
  offer();
  const form = element("form", { class: "fields", on: { submit: save } }, element("label", {}, "Who fails", target), element("label", {}, "How", kind),
    element("label", { class: "tick" }, after, "It takes effect, and only the answer is spoilt"),
    element("label", {}, "How many times", count), element("button", { class: "key style-primary", type: "submit" }, "Make it fail"));
  const dialog = sheet("The bot's next call", form, { kind: "small" });
}

function options(offered) {
  return offered.map(([value, words]) => element("option", { value }, words));
}

function choice(name, offered) {
  return element("select", { class: "field", name }, options(offered));
}

async function plan({ target, kind, after, count, chatId }) {
  const ours = target === "telegram" ? { chat_id: chatId } : {};
  try {
    if (kind === "flood") await act("flood", { ...ours, retry_after: RETRY_AFTER, count });
    else await act("fault", { ...ours, target, kind, apply: after ? "after" : "before", count });
  } catch (error) {
    note(error instanceof TypeError ? "The server cannot be reached." : error.message);
    return false;
  }
  const what = target === "queue" ? ["request to the queue server", "requests to the queue server"] : ["call for this chat", "calls for this chat"];
  note(count === 1 ? `The next ${what[0]} fails.` : `The next ${count} ${what[1]} fail.`);
  return true;
}
