// A sheet that makes a group of people who are known, with the bot in it, or changes one: its title, its members, what the bot hears.

import { act } from "./actions.js";
import { element } from "./element.js";
import { note, sheet } from "./notices.js";

const SUPERGROUPS = -1_000_000_000_000;

/** A number that no group has or had: one that became a supergroup keeps its own within the new one. */
export function freeNumber(groups) {
  const taken = groups.map(({ id }) => (id <= SUPERGROUPS ? id - SUPERGROUPS : id));
  return Math.min(-1, ...taken) - 1;
}

/** Shows the group ({id, title, members, administrator}) with the `people` to choose from; `done(id)` runs once it is as wished. */
export function openGroup(group, people, { heading, verb, done }) {
  const title = element("input", { class: "field", name: "title", value: group.title, required: true, maxlength: "128", pattern: ".*\\S.*", autocomplete: "off" });
  const boxes = people.map(({ id }) => element("input", { type: "checkbox", name: "member", value: id, checked: group.members.includes(id) }));
  const hears = element("input", { type: "checkbox", name: "administrator", checked: group.administrator });
  const save = async (event) => {
    event.preventDefault();
    const members = boxes.filter((box) => box.checked).map((box) => Number(box.value));
    if (!members.length) {
      note("A group needs somebody in it.");
      return;
    }
    try {
      await act("group", { chat_id: group.id, title: title.value.trim(), members: inOrder(members, group.members), administrator: hears.checked });
    } catch (error) {
      note(error instanceof TypeError ? "The server cannot be reached." : error.message);
      return;
    }
    dialog.close();
    done(group.id);
  };
  const form = element("form", { class: "fields", on: { submit: save } }, element("label", {}, "Title", title),
    element("fieldset", { class: "members" }, element("legend", {}, "Members"),
      people.map((person, place) => element("label", { class: "tick" }, boxes[place], person.first_name))),
    element("label", { class: "tick" }, hears, "The bot is an administrator and hears everything"),
    element("button", { class: "key style-primary", type: "submit" }, verb));
  const dialog = sheet(heading, form, { kind: "small" });
  title.select();
}

// The first member is the creator, so whoever is one stays first.
function inOrder(chosen, before) {
  return [...before.filter((id) => chosen.includes(id)), ...chosen.filter((id) => !before.includes(id))];
}
