// The lines of a location: one card a service, with who waits in which order and the buttons to call or to give out a ticket.

import { element, keepList, part, say, tinted } from "./element.js";
import { aboutMinutes, elapsed } from "./times.js";

const CHIPS = 12;

/** Show all services. `acts`: call(service), give(service), open(ticket). */
export function showQueues(services, acts) {
  const total = services.reduce((sum, service) => sum + service.waiting, 0);
  say(part("waiting-total"), String(total));
  keepList(part("queues"), services, (service) => service.id, (service) => newCard(service, services.indexOf(service), acts),
    (card, service) => fillCard(card, service, acts));
}

function newCard(service, place, acts) {
  const key = place < 9 ? String(place + 1) : null;
  return tinted(element("li", { class: "queue", "data-service": service.tag },
    element("div", { class: "queue-head" },
      element("span", { class: "badge", "aria-hidden": "true" }, service.tag),
      element("h3", {}, service.name),
      element("p", { class: "queue-wait" }),
      element("p", { class: "queue-count" })),
    element("ul", { class: "chips", "aria-label": `Waiting for ${service.name}` }),
    element("div", { class: "queue-acts" },
      element("button", { class: "act call", type: "button", "aria-keyshortcuts": key, on: { click: () => acts.call(service.id) } },
        `Call next ${service.tag}`, key && element("kbd", {}, key)),
      element("button", { class: "act small", type: "button", on: { click: () => acts.give(service.id) } },
        element("span", { "aria-hidden": "true" }, "+ Ticket"), element("span", { class: "unseen" }, `Give out a paper ticket for ${service.name}`)))),
  service.color);
}

function fillCard(card, service, acts) {
  card.classList.toggle("off", !service.on);
  say(card.querySelector(".queue-wait"), service.on ? aboutMinutes(service.average) : "takes no tickets now");
  const count = card.querySelector(".queue-count");
  say(count, String(service.waiting));
  count.setAttribute("aria-label", `${service.waiting} waiting`);
  card.querySelector(".call").disabled = !service.waiting;
  card.querySelector(".small").disabled = !service.on;
  const line = service.line.slice(0, CHIPS);
  keepList(card.querySelector(".chips"), service.waiting > line.length ? [...line, null] : line, (ticket) => ticket?.id ?? "more",
    (ticket) => newChip(ticket, acts), (node, ticket) => fillChip(node, ticket, service.waiting - line.length));
}

function newChip(ticket, acts) {
  if (!ticket) return element("li", { class: "faint" });
  return element("li", {}, element("button", { class: "chip", type: "button", on: { click: () => acts.open(ticket.id) } },
    ticket.printed, element("small", { "data-since": ticket.created }, elapsed(ticket.created))));
}

function fillChip(node, ticket, left) {
  if (!ticket) {
    say(node, `and ${left} more`);
    return;
  }
  const chip = node.firstElementChild;
  chip.classList.toggle("known", Boolean(ticket.holder));
  chip.classList.toggle("aimed", Boolean(ticket.for_desk));
  chip.title = [ticket.holder ?? "Paper ticket", ticket.for_desk && `for desk ${ticket.for_desk}`].filter(Boolean).join(" · ");
}
