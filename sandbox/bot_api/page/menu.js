// The page's own menu: who is played, in which language, light or dark, the group, the bot in or out, faults, calls, and beginning anew.

import { act } from "./actions.js";
import { openCalls } from "./calls.js";
import { button, element } from "./element.js";
import { openFaults } from "./faults.js";
import { openGroup } from "./group_sheet.js";
import { icon } from "./icons.js";
import { languageField } from "./languages.js";
import { note, question, sheet } from "./notices.js";
import { theme, turnTheme } from "./theme.js";

/** Opens the menu of a chat (see chat.js). */
export function openMenu(chat) {
  const turn = button({ class: "menu-row", on: { click: () => drawTurn(turn, turnTheme()) } });
  drawTurn(turn, theme());
  const row = (name, words, then, danger = "") => {
    const leave = () => {
      dialog.close();
      then();
    };
    return button({ class: `menu-row ${danger}`, on: { click: leave } }, icon(name), words);
  };
  const desk = element("a", { class: "menu-row", href: "/desk", target: "_blank" }, icon("link"), "Open the desk page");
  const group = chat.group && row("people", "Title and members", () => changeGroup(chat));
  const faults = row("bolt", "Make the bot's next call fail", () => openFaults(chat.id));
  const calls = row("code", "See the bot's calls", () => openCalls(chat.id));
  const anew = row("anew", "Begin anew", beginAnew, "danger");
  const content = [you(chat.person, (fields) => chat.changed(fields)), group, turn, desk, faults, calls, presence(chat, () => dialog.close()), anew];
  const dialog = sheet("This chat", content, { kind: "small" });
}

function you(person, changed) {
  const name = element("input", { class: "field", name: "name", value: person.first_name, required: true, maxlength: "64", autocomplete: "off" });
  const language = languageField(person.language_code);
  const save = async () => {
    if (!name.value.trim()) return;
    const fields = { first_name: name.value.trim(), language_code: language.value };
    if (await attempt("person", { chat_id: person.id, ...fields })) changed(fields);
  };
  name.addEventListener("change", save);
  language.addEventListener("change", save);
  return element("div", { class: "fields" }, element("label", {}, "You are", name), element("label", {}, "Your language", language));
}

function changeGroup({ id, group, people }) {
  const now = { id, title: group.title, members: group.members.map((member) => member.id), administrator: group.bot_status === "administrator" };
  openGroup(now, people.known, { heading: "This group", verb: "Save", done: () => people.refresh() });
}

// In private the bot is blocked, from a group it is taken out; the server calls both by one name.
function presence(chat, close) {
  const out = chat.group ? ["kicked", "left"].includes(chat.group.bot_status) : chat.person.blocked;
  const words = chat.group ? ["Take the bot out", "Let the bot in again"] : ["Block the bot", "Unblock the bot"];
  const row = button({ class: "menu-row danger" }, icon("close"), words[Number(Boolean(out))]);
  row.addEventListener("click", async () => {
    const done = await attempt(out ? "unblock" : "block", { chat_id: chat.id });
    close();
    if (done && !chat.group) chat.changed({ blocked: !out });
  });
  return row;
}

async function beginAnew() {
  const choices = [{ id: "", text: "Cancel" }, { id: "reset", text: "Forget everything", style: "danger" }];
  const choice = await question("Begin anew?", "All people, messages, tickets and planned faults are forgotten.", choices);
  if (choice !== "reset") return;
  if (await attempt("reset", {})) location.assign("/");
}

async function attempt(what, body) {
  try {
    await act(what, body);
    return true;
  } catch (error) {
    note(error instanceof TypeError ? "The server cannot be reached." : error.message);
    return false;
  }
}

function drawTurn(row, now) {
  row.replaceChildren(icon("sun"), now === "dark" ? "Light colours" : "Dark colours");
}
