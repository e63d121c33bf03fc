// The now-serving board: who was called where, newest first, how many wait, and the time on the location's own clock.

import { element, keepList, part, say, tinted } from "./element.js";
import { openLine, showLine } from "./line.js";
import { fetchTown, fillLocations, firstPlace } from "./place.js";
import { aboutMinutes, serverTime, setServerTime } from "./times.js";

const ROWS = 5;
const SHORT_TAG = 4;
const FRESH_SECONDS = 8;
let sound = null;
let heard = null;
let zone;
let endLine = () => {};

function show(view) {
  setServerTime(view.now);
  zone = view.location.timezone;
  say(part("place-name"), view.location.name);
  say(part("brand"), view.location.open ? view.brand : `${view.brand} · closed now`);
  const called = view.called.filter((ticket) => ["called", "ended", "missed"].includes(ticket.phase)).slice(0, ROWS);
  // A ticket called again is a new row, so that it moves, flashes and is read aloud once more.
  keepList(part("now"), called, (ticket) => `${ticket.id} ${ticket.called_at}`, newRow, (row, ticket) => {
    row.classList.toggle("fresh", serverTime() - ticket.called_at < FRESH_SECONDS);
  });
  part("nobody").hidden = called.length > 0;
  keepList(part("wait"), view.services, (service) => service.id, newService, fillService);
  chime(called[0]);
  showClock();
}

function newRow(ticket) {
  return tinted(element("li", { class: "now-row" }, element("span", {}, ticket.printed),
    element("span", { class: ticket.desk.length > SHORT_TAG ? "to wordy" : "to" }, element("small", {}, "desk"), ticket.desk)), ticket.color);
}

function newService(service) {
  return tinted(element("li", { class: "wait-row" }, element("span", { class: "badge", "aria-hidden": "true" }, service.tag),
    element("h3", {}, service.name), element("p"), element("b")), service.color);
}

function fillService(row, service) {
  say(row.querySelector("p"), service.on ? aboutMinutes(service.average) : "closed now");
  say(row.querySelector("b"), String(service.waiting));
}

function chime(latest) {
  const now = latest ? `${latest.id} ${latest.called_at}` : "";
  if (heard !== null && now !== heard && now && sound) {
    for (const [place, pitch] of [659, 523].entries()) {
      const [tone, volume] = [sound.createOscillator(), sound.createGain()];
      const begin = sound.currentTime + place * 0.28;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.18, begin);
      volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.7);
      tone.connect(volume).connect(sound.destination);
      tone.start(begin);
      tone.stop(begin + 0.7);
    }
  }
  heard = now;
}

function showClock() {
  const moment = new Date(serverTime() * 1000);
  say(part("clock"), moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone }));
}

function watch(locationId) {
  endLine();
  heard = null;
  for (const id of ["now", "wait"]) part(id).replaceChildren();
  history.replaceState(null, "", `?location=${encodeURIComponent(locationId)}`);
  endLine = openLine(locationId, show, (connected) => showLine(part("line-state"), connected));
}

async function start() {
  const town = await fetchTown();
  const first = firstPlace(town).location;
  fillLocations(part("location"), town, first);
  part("location").addEventListener("change", (event) => watch(event.target.value));
  // Browsers let a page sound only after somebody pressed something.
  part("turn-sound").addEventListener("click", (event) => {
    sound = sound ? (sound.close(), null) : new AudioContext();
    event.target.setAttribute("aria-pressed", String(Boolean(sound)));
    event.target.textContent = sound ? "Sound on" : "Sound off";
  });
  setInterval(showClock, 1000);
  watch(first);
}

start().catch((error) => say(part("line-state"), `cannot start: ${error.message}`));
