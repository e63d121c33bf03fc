// Sends the staff's orders to the server and says what came of them, in a toast and to a screen reader.

import { part } from "./element.js";

const SAID = {
  call: (ticket, desk) => `${ticket} called to desk ${desk}`,
  recall: (ticket, desk) => `${ticket} called again to desk ${desk}`,
  end: (ticket) => `${ticket} served`,
  no_show: (ticket) => `${ticket} did not come`,
  cancel: (ticket) => `${ticket} cancelled`,
  transfer: (ticket) => `${ticket} sent on`,
  arrive: (ticket) => `${ticket} given out`,
};
const SHOWN_MS = 4500;
let timer = 0;

/** "A 012", as printed. */
export function printed(ticket) {
  return `${ticket.tag} ${String(ticket.number).padStart(3, "0")}`;
}

/** Give an order; resolves to the ticket, or to null where the server said no, which is then shown. */
export async function work(act, order) {
  try {
    const answer = await fetch(`/play/desk/${act}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(order),
    });
    const body = await answer.json();
    if (!answer.ok) return complain(body.error);
    const ticket = Array.isArray(body) ? body[0] : body;
    part("said").textContent = SAID[act](printed(ticket), ticket.desk);
    return ticket;
  } catch {
    return complain("the server cannot be reached");
  }
}

/** Show a sentence for a moment. */
export function complain(reason) {
  const toast = part("toast");
  toast.textContent = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
  toast.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (toast.hidden = true), SHOWN_MS);
  return null;
}
