// The chat page begins here: shows the chat named in the address and moves between chats without loading the page again.

import { Chat } from "./chat.js";
import { part } from "./element.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { People } from "./people.js";
import { addressOf, chosenPlace } from "./place_in_address.js";
import { startTheme } from "./theme.js";

let chat = null;
let shown = 0;
const people = new People(go);

function go(id, me) {
  // Neither another member of the same group nor a group that is none is a place to come back to.
  const step = id && id !== chosenPlace().id ? "pushState" : "replaceState";
  history[step](null, "", addressOf(id, me));
  show();
}

async function show() {
  const turn = ++shown;
  const { id, me: wanted } = chosenPlace();
  drawer(false);
  chat?.close();
  chat = null;
  part("show-menu").disabled = true;
  await people.choose(id);
  // Somebody may have chosen yet another chat while this one was being looked up.
  if (turn !== shown) return;
  const me = id > 0 ? id : people.speaker(id, wanted);
  if (!me) {
    go(0);
    return;
  }
  chat = new Chat({ id, me }, people, new URLSearchParams(location.search).get("start"), go);
}

function drawer(open) {
  document.body.classList.toggle("people-open", open);
  part("show-people").setAttribute("aria-expanded", String(open));
  if (open) part("people").querySelector("[aria-current]")?.focus();
}

part("show-people").append(icon("people"));
part("show-people").addEventListener("click", () => drawer(!document.body.classList.contains("people-open")));
part("show-menu").append(icon("menu"));
part("show-menu").addEventListener("click", () => openMenu(chat));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("people-open")) return;
  drawer(false);
  part("show-people").focus();
});
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest("#people, #show-people")) drawer(false);
});
addEventListener("popstate", show);
startTheme();
show();
