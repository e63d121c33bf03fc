// A sheet with the bot's calls as the Bot API server got them, newest first: method, status, parameters and, folded, the whole answer. It fills itself while it is open.

import { ask } from "./actions.js";
import { element } from "./element.js";
import { inFull } from "./moments.js";
import { sheet } from "./notices.js";

const EVERY = 1000;
const SHOWN = 200;

/** Shows the calls for this chat, or all of them but those that only fetch updates. */
export function openCalls(chatId) {
  const list = element("ol", { class: "calls", "aria-label": "Calls, newest first" });
  const empty = element("p", { class: "faint" }, "Nothing yet.");
  const all = element("input", { type: "checkbox", name: "all" });
  let calls = [];
  const draw = (fresh) => {
    const wanted = fresh.filter((call) => (all.checked || call.chat_id === chatId) && call.method.toLowerCase() !== "getupdates");
    list.prepend(...wanted.slice(-SHOWN).reverse().map(row));
    while (list.childElementCount > SHOWN) list.lastElementChild.remove();
    empty.hidden = list.childElementCount > 0;
  };
  const look = async () => {
    const answer = await ask(`/play/calls?answers=1&since=${calls.at(-1)?.at ?? 0}`);
    if (!answer?.calls.length) return;
    calls = [...calls, ...answer.calls].slice(-20 * SHOWN);
    draw(answer.calls);
  };
  all.addEventListener("change", () => {
    list.replaceChildren();
    draw(calls);
  });
  const timer = setInterval(look, EVERY);
  const content = [element("div", { class: "fields" }, element("label", { class: "tick" }, all, "Calls for other chats, and for none, too")), empty, list];
  sheet("The bot's calls", content, { kind: "wide", closed: () => clearInterval(timer) });
  look();
}

function row({ at, method, status, description, parameters, answer }) {
  const failed = status !== 200;
  const head = element("summary", {}, element("strong", {}, method), element("span", { class: failed ? "call-status failed" : "call-status" }, String(status)),
    element("time", { class: "faint", datetime: new Date(at * 1000).toISOString(), title: inFull(at) }, precise(at)));
  const words = failed && description ? element("p", { class: "call-words" }, description) : null;
  return element("li", {}, element("details", {}, head, words, tree("Parameters", parameters), whole(answer)));
}

// The answer may be long, so it is opened by itself; a call that was never carried out has none.
function whole(answer) {
  return answer ? element("details", { class: "call-answer" }, element("summary", {}, "Answer"), tree("Answer", answer)) : null;
}

function tree(name, value) {
  return element("pre", { tabindex: "0", role: "group", "aria-label": name }, JSON.stringify(value, null, 2));
}

// Calls follow each other within milliseconds, so their times show them.
function precise(at) {
  return new Date(at * 1000).toISOString().slice(11, 23);
}
