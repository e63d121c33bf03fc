// The ticket at this desk: a large stub with its number, and the acts that are possible with it.

import { element, part, say, tinted } from "./element.js";
import { elapsed } from "./times.js";

let shown = "";

/** Show the ticket this desk is serving, or that nobody is here. */
export function showServing(ticket, desk, anybodyWaits) {
  const stub = part("stub");
  say(part("serving-title"), `At desk ${desk}`);
  stub.classList.toggle("empty", !ticket);
  tinted(stub, ticket?.color);
  say(part("serving-number"), ticket ? ticket.printed : "–");
  say(part("serving-service"), ticket ? ticket.service_name : "Nobody is at this desk");
  showFacts(ticket, anybodyWaits);
  for (const button of part("acts").querySelectorAll("button")) {
    button.disabled = button.dataset.act === "call" ? !anybodyWaits : !ticket;
  }
  announce(stub, ticket);
}

function showFacts(ticket, anybodyWaits) {
  const facts = part("serving-facts");
  if (!ticket) {
    say(facts, anybodyWaits ? "Call the next customer when you are ready." : "Nobody is waiting.");
    return;
  }
  const who = ticket.holder ? `${ticket.holder} · ` : "Paper ticket · ";
  facts.replaceChildren(who, "called ", element("span", { "data-since": ticket.called_at }, elapsed(ticket.called_at)), " ago");
}

function announce(stub, ticket) {
  const now = ticket ? `${ticket.id} ${ticket.called_at}` : "";
  if (now && now !== shown) {
    stub.classList.remove("fresh");
    requestAnimationFrame(() => stub.classList.add("fresh"));
  }
  shown = now;
}
