// The desk page: keeps the view of one location live, and turns buttons and keys into the staff's orders.

import { part, say } from "./element.js";
import { openLine, showLine } from "./line.js";
import { ANOTHER, fetchTown, fillDesks, fillLocations, firstPlace, keepPlace } from "./place.js";
import { findTicket, openTicket, openTransfer } from "./dialogs.js";
import { showCalled, showDesks } from "./others.js";
import { showQueues } from "./queues.js";
import { showServing } from "./serving.js";
import { startTheme } from "./theme.js";
import { setServerTime, tick } from "./times.js";
import { complain, work } from "./work.js";

const KEYS = { n: "call", r: "recall", e: "end", x: "no_show", t: "transfer" };
let town = null;
let place = null;
let view = null;
let endLine = () => {};

function mine() {
  return view?.desks.find((desk) => desk.tag === place.desk)?.ticket ?? null;
}

function order(act, more = {}) {
  return work(act, { location_id: place.location, desk: place.desk, ...more });
}

function act(name) {
  if (name === "transfer") {
    if (mine()) openTransfer(mine(), place, view);
  } else if (name === "call" || mine()) order(name);
}

function open(id) {
  const known = [...view.services.flatMap((service) => service.line), ...view.called].find((ticket) => ticket.id === id);
  if (known) openTicket(known, place, view);
}

const acts = {
  call: (serviceId) => order("call", { service_id: serviceId }),
  give: (serviceId) => work("arrive", { location_id: place.location, service_id: serviceId }),
  open,
};

function show(fresh) {
  view = fresh;
  setServerTime(view.now);
  say(part("brand"), view.brand);
  say(part("doors"), view.location.open ? "Open" : "Closed");
  part("doors").classList.toggle("closed", !view.location.open);
  fillDesks(part("desk"), view.desks.map((desk) => desk.tag), place.desk);
  showServing(mine(), place.desk, view.services.some((service) => service.waiting > 0));
  showQueues(view.services, acts);
  showDesks(view.desks, place.desk);
  showCalled(view.called, open);
  document.title = `${mine()?.printed ?? "Free"} · desk ${place.desk} · ${view.location.name}`;
}

function workAt(next) {
  const moved = next.location !== place?.location;
  place = next;
  keepPlace(place);
  part("to-board").href = `/desk/board?location=${encodeURIComponent(place.location)}`;
  if (moved) {
    endLine();
    for (const id of ["queues", "desks", "called"]) part(id).replaceChildren();
    endLine = openLine(place.location, show, (connected) => showLine(part("line-state"), connected));
  } else if (view) show(view);
}

function listen() {
  part("location").addEventListener("change", (event) => {
    const chosen = town.locations.find((one) => one.id === event.target.value);
    workAt({ location: chosen.id, desk: chosen.desks[0] });
  });
  part("desk").addEventListener("change", (event) => {
    if (event.target.value !== ANOTHER) workAt({ ...place, desk: event.target.value });
    else {
      // The window gives the focus back to where it was; there the keys must call customers again, not choose.
      event.target.blur();
      part("desk-dialog").returnValue = "";
      part("desk-dialog").showModal();
    }
  });
  part("desk-dialog").addEventListener("close", () => {
    const tag = part("new-desk-tag").value.trim();
    const chosen = part("desk-dialog").returnValue === "yes" && tag ? tag : place.desk;
    part("new-desk").reset();
    workAt({ ...place, desk: chosen });
  });
  part("place").addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["location", "desk"]) leaveWhenChosen(part(id));
  part("acts").addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) act(button.dataset.act);
  });
  part("find").addEventListener("submit", (event) => {
    event.preventDefault();
    const number = part("number").value.trim();
    // As above: once something was looked for, the keys must call customers again, not write.
    part("number").blur();
    if (number) findTicket(number, place, view).catch(() => complain("the server cannot be reached"));
  });
  part("number").addEventListener("keydown", (event) => event.key === "Escape" && event.target.blur());
  part("show-keys").addEventListener("click", () => part("keys-dialog").showModal());
  addEventListener("keydown", press);
  setInterval(tick, 1000);
}

// Letters choose in a list that has the focus, so it is left once something has been chosen: by mouse, from the opened list, or
// with Enter or Escape. Whoever walks through a closed one with the arrow keys stays until then.
function leaveWhenChosen(list) {
  let walking = false;
  list.addEventListener("pointerdown", () => (walking = false));
  list.addEventListener("keydown", (event) => {
    walking = !event.altKey && event.key !== " " && event.key !== "Enter";
    if (event.key === "Enter" || event.key === "Escape") list.blur();
  });
  list.addEventListener("change", () => walking || list.blur());
}

function press(event) {
  const typing = event.target.closest?.("input, select, textarea, dialog[open]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !view || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const service = /^[1-9]$/.test(key) ? view.services[Number(key) - 1] : null;
  if (service) acts.call(service.id);
  else if (KEYS[key]) act(KEYS[key]);
  else if (key === "/") part("number").focus();
  else if (key === "?") part("keys-dialog").showModal();
  else return;
  event.preventDefault();
}

async function start() {
  startTheme(part("turn-theme"));
  town = await fetchTown();
  const first = firstPlace(town);
  fillLocations(part("location"), town, first.location);
  listen();
  workAt(first);
}

start().catch((error) => complain(`The page cannot start: ${error.message}`));
