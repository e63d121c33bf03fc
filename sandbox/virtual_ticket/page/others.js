// The other desks of the location with whom they serve, and the tickets that were called last.

import { element, keepList, part, say } from "./element.js";
import { elapsed } from "./times.js";

const WORDS = { called: "being served", ended: "served", missed: "did not come", cancelled: "cancelled" };

/** Show every desk; the page's own is marked. */
export function showDesks(desks, mine) {
  keepList(part("desks"), desks, (desk) => desk.tag, () => element("li", { class: "row" }, element("strong"), element("span")),
    (row, desk) => {
      row.classList.toggle("mine", desk.tag === mine);
      say(row.firstElementChild, `Desk ${desk.tag}`);
      row.lastElementChild.replaceChildren(...(desk.ticket
        ? [`${desk.ticket.printed} · `, element("span", { "data-since": desk.ticket.called_at }, elapsed(desk.ticket.called_at))]
        : ["free"]));
    });
}

/** Show what was called lately; `open(id)` is asked for a ticket that is pressed. */
export function showCalled(called, open) {
  keepList(part("called"), called, (ticket) => ticket.id,
    (ticket) => element("li", {}, element("button", { class: "row", type: "button", on: { click: () => open(ticket.id) } },
      element("strong", {}, ticket.printed), element("span"))),
    (node, ticket) => say(node.querySelector("span"), `${WORDS[ticket.phase]} · desk ${ticket.desk}`));
}
