// Who speaks: in a group the page is one of its members, and may become another one.

import { element, part } from "./element.js";

/** Draws the choice for a group ({members}); `become(id)` is told whom the page is to be. Without a group there is no choice. */
export function drawSpeaker(group, me, become) {
  const box = part("speaker");
  box.hidden = !group;
  if (!group) return;
  const members = JSON.stringify(group.members.map(({ id, first_name: name }) => [id, name]));
  // Drawn anew only for other members: whoever walks through the choice with the keyboard goes on standing there.
  if (box.dataset.members !== members) {
    const held = box.contains(document.activeElement);
    const options = group.members.map(({ id, first_name: name }) => element("option", { value: id }, name));
    box.replaceChildren(element("label", {}, element("span", { class: "speaker-words" }, "You are "), element("select", { class: "field" }, options)));
    box.dataset.members = members;
    if (held) box.querySelector("select").focus();
  }
  const select = box.querySelector("select");
  select.value = me;
  select.onchange = () => become(Number(select.value));
}
