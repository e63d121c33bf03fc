// The sign-in page: fetches the words, trades initData for a pass, shows one form at a time and posts it.

import { drawFields, FORMS, make } from "./forms.js";
import { followTheme, initData, tell } from "./telegram.js";

const PATIENCE = 20_000;
const asked = new URLSearchParams(location.search);
const part = (id) => document.getElementById(id);
const state = { words: null, pass: "", code: asked.get("token") ?? "", view: "", busy: false };

async function begin() {
  followTheme();
  tell("web_app_ready");
  tell("web_app_expand");
  try {
    const answer = await fetch(`app/words?${new URLSearchParams({ lang: asked.get("lang") ?? "" })}`, { signal: patience() });
    state.words = await answer.json();
  } catch {
    part("problem").textContent = "There is no connection. Please close this page and open it again.";
    return;
  }
  const { words } = state;
  document.documentElement.lang = words.language;
  document.documentElement.dir = words.direction;
  if (words.support) part("support").textContent = `${words.says.support} ${words.support}`;
  const refused = await enter();
  if (state.pass || state.code) show(state.code ? "renew" : first());
  else stop(refused);
}

// Without a pass only a letter's link leads anywhere: a new password needs no chat.
async function enter() {
  if (!initData) return "outside";
  const { error, answer } = await post("open", { initData });
  state.pass = answer?.pass ?? "";
  state.code ||= asked.get("view") === "renew" ? answer?.code ?? "" : "";
  return error;
}

function first() {
  return Object.keys(FORMS).includes(asked.get("view")) ? asked.get("view") : "sign_in";
}

function show(view) {
  const { words } = state;
  state.view = view;
  part("title").textContent = document.title = words.views[view].title;
  part("hint").textContent = words.views[view].hint;
  part("go").textContent = words.views[view].go;
  drawFields(part("fields"), view, words.fields, { token: state.code });
  part("error").textContent = "";
  part("form").hidden = false;
  const others = state.pass ? FORMS[view].others : [];
  part("others").replaceChildren(...others.map((name) => turn(name)));
  part("others").hidden = !others.length;
}

function turn(name) {
  const button = make("button", { type: "button", className: "link" }, state.words.views[name].link);
  button.addEventListener("click", () => {
    part("status").textContent = "";
    show(name);
    part("title").focus();
  });
  return button;
}

function stop(error) {
  const { words } = state;
  part("title").textContent = document.title = words.views.sign_in.title;
  part("problem").textContent = words.errors[error] ?? words.errors.unknown;
  leadBack();
}

function leadBack() {
  const { words } = state;
  const link = words.chat && !initData ? [make("a", { href: words.chat }, words.says.open_chat)] : [];
  part("others").replaceChildren(...link);
  part("others").hidden = !link.length;
}

part("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { words } = state;
  const form = event.target;
  if (state.busy || !filledIn(form)) return;
  busy(true);
  const { error, answer } = await post(state.view, { pass: state.pass, ...Object.fromEntries(new FormData(form)) });
  busy(false);
  if (error) fail(words.errors[error] ?? words.errors.unknown);
  else succeed(answer);
});

function filledIn(form) {
  const bad = [...form.querySelectorAll("input[name]")].filter((input) => {
    const wrong = !input.checkValidity();
    input.setAttribute("aria-invalid", String(wrong));
    return wrong;
  });
  if (!bad.length) return true;
  part("error").textContent = state.words.errors.fields;
  bad[0].focus();
  return false;
}

function fail(sentence) {
  part("error").textContent = sentence;
  const password = part("password");
  if (password) password.value = "";
  (password ?? part("fields").querySelector("input")).focus();
}

function succeed(answer) {
  const { says } = state.words;
  if (answer.done) {
    finish(says.done);
    tell("web_app_close");
  } else if (state.view === "forgot") {
    state.code = "";
    show("renew");
    part("status").textContent = says.letter;
    part("title").focus();
  } else if (state.pass) {
    show("sign_in");
    part("status").textContent = says.renewed;
    part("title").focus();
  } else {
    finish(says.renewed);
    leadBack();
  }
}

function finish(sentence) {
  part("form").hidden = part("others").hidden = true;
  part("fields").replaceChildren();
  part("hint").textContent = "";
  part("status").textContent = sentence;
}

function busy(now) {
  state.busy = now;
  part("form").setAttribute("aria-busy", String(now));
  part("error").textContent = "";
  part("status").textContent = now ? state.words.says.wait : "";
}

// Older web views cannot give up by themselves; there the connection decides.
function patience() {
  return AbortSignal.timeout?.(PATIENCE);
}

async function post(path, body) {
  try {
    const answer = await fetch(`app/${path}`, {
      method: "POST", credentials: "omit", signal: patience(),
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const told = await answer.json();
    return answer.ok ? { answer: told } : { error: told.error ?? "unknown" };
  } catch {
    return { error: "offline" };
  }
}

begin();
