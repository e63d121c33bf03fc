// The windows of the desk page: one ticket with all that can be done with it, where to send it, and what a search has found.

import { element, part, tinted } from "./element.js";
import { printed, work } from "./work.js";

const PHASES = { waiting: "waiting", called: "being served", ended: "served", missed: "did not come", cancelled: "cancelled" };

function open(dialog, ...children) {
  dialog.replaceChildren(...children.filter(Boolean), element("form", { method: "dialog" }, element("button", { class: "act", type: "submit" }, "Close")));
  if (!dialog.open) dialog.showModal();
}

function choice(words, act, risky = false) {
  return element("button", { class: risky ? "act risky" : "act", type: "button", on: { click: act } }, words);
}

function facts(ticket) {
  const where = ticket.desk ? ` at desk ${ticket.desk}` : ticket.for_desk ? ` for desk ${ticket.for_desk}` : "";
  const ahead = ticket.phase === "waiting" ? `, ${ticket.ahead} ahead` : "";
  return `${ticket.holder ?? "Paper ticket"} · ${ticket.service_name} · ${PHASES[ticket.phase]}${where}${ahead}`;
}

/** Show one ticket and what can be done with it at this desk. `place` is {location, desk}. */
export function openTicket(ticket, place, view) {
  const dialog = part("ticket-dialog");
  const order = { location_id: place.location, ticket_id: ticket.id };
  const act = (name, more = {}) => async () => {
    dialog.close();
    await work(name, { ...order, ...more });
  };
  const waiting = ticket.phase === "waiting";
  const called = ticket.phase === "called";
  open(dialog, element("h2", { id: "ticket-dialog-title" }, "Ticket"),
    tinted(element("p", { class: "big" }, printed(ticket)), ticket.color),
    element("p", { class: "faint" }, facts(ticket)),
    element("div", { class: "stack" },
      waiting && choice(`Call to desk ${place.desk}`, act("call", { desk: place.desk })),
      (called || ticket.phase === "missed") && choice(`Call again to desk ${place.desk}`, act("recall", { desk: place.desk })),
      called && choice("Served", act("end")),
      called && choice("Did not come", act("no_show")),
      (waiting || called) && choice("Send on…", () => { dialog.close(); openTransfer(ticket, place, view); }),
      (waiting || called) && choice("Cancel the ticket", act("cancel"), true)));
}

/** Ask where a ticket is to go: another service, or another desk. */
export function openTransfer(ticket, place, view) {
  const dialog = part("transfer-dialog");
  const send = (more) => async () => {
    dialog.close();
    await work("transfer", { location_id: place.location, ticket_id: ticket.id, ...more });
  };
  const services = view.services.filter((service) => service.id !== ticket.service);
  const desks = view.desks.filter((desk) => desk.tag !== ticket.desk);
  open(dialog, element("h2", { id: "transfer-dialog-title" }, `Send ${printed(ticket)} on`),
    services.length > 0 && element("h3", {}, "To the end of another line"),
    element("div", { class: "stack" }, services.map((service) =>
      choice(`${service.tag} · ${service.name} (${service.waiting} waiting)`, send({ to_service_id: service.id })))),
    desks.length > 0 && element("h3", {}, "To be next at another desk"),
    element("div", { class: "stack" }, desks.map((desk) => choice(`Desk ${desk.tag}`, send({ to_desk: desk.tag })))));
}

/** Look for a number and show what was found; a single find opens at once. */
export async function findTicket(number, place, view) {
  const query = new URLSearchParams({ location_id: place.location, number });
  const found = await (await fetch(`/play/desk/find?${query}`)).json();
  if (found.length === 1) {
    openTicket(found[0], place, view);
    return;
  }
  const dialog = part("found-dialog");
  const row = (ticket) => choice(`${ticket.printed} · ${PHASES[ticket.phase]}`, () => { dialog.close(); openTicket(ticket, place, view); });
  open(dialog, element("h2", { id: "found-dialog-title" }, `Tickets with number ${number}`),
    found.length ? element("div", { class: "stack" }, found.map(row)) : element("p", {}, "There is no such ticket today."));
}
