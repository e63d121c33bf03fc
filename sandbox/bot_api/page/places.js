// "Share a position": a list of places in town and a drawn map with a pin that is dragged, pressed into place or moved by arrow keys.

import { ask } from "./actions.js";
import { DrawnMap, degrees, distance, pinShape } from "./drawn_map.js";
import { button, drawing, element } from "./element.js";
import { icon } from "./icons.js";
import { note, sheet } from "./notices.js";

const NARROW = matchMedia("(max-width: 720px)");
const WIDTHS = [600, 1500, 4000, 12000, 40000];
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
// Where the queue names no places, these squares give the pin somewhere to start.
const SQUARES = [
  { name: "Praça da República", city: "Braga", latitude: 41.5511, longitude: -8.4229 },
  { name: "Praça do Comércio", city: "Lisbon", latitude: 38.7075, longitude: -9.1364 },
  { name: "Marquês de Pombal", city: "Lisbon", latitude: 38.7253, longitude: -9.15 },
  { name: "Avenida dos Aliados", city: "Porto", latitude: 41.1486, longitude: -8.6109 },
  { name: "Puerta del Sol", city: "Madrid", latitude: 40.4169, longitude: -3.7035 },
];

/** Opens the sheet; `send(position)` shares {latitude, longitude}, `sendVenue(place)` shares a listed place with its name. */
export async function openPlaces({ send, sendVenue }) {
  const town = await ask("/play/desk/town");
  const places = (town?.locations ?? []).map(onTheMap).filter(Boolean);
  return new PlacePicker(places.length ? places : SQUARES, send, sendVenue).open();
}

// A location's coordinates are a text of two or three numbers, or empty where it has no place on a map.
function onTheMap({ name, city, address, coordinates }) {
  const [latitude, longitude] = (coordinates ?? "").split(",").map(Number);
  return coordinates && Number.isFinite(latitude + longitude) ? { name, city: city || "In town", address, latitude, longitude } : null;
}

class PlacePicker {
  constructor(places, send, sendVenue) {
    Object.assign(this, { places, send, sendVenue, width: 1, size: NARROW.matches ? { width: 380, height: 290 } : { width: 560, height: 330 } });
    this.stage = element("div", { class: "map-stage" });
    this.words = element("p", { class: "map-words", role: "status" });
    this.pin = drawing("g", { class: "map-handle", tabindex: "0", role: "button", "aria-roledescription": "movable pin" }, pinShape());
    this.position = { latitude: places[0].latitude + 0.0012, longitude: places[0].longitude - 0.0015 };
    this.centre = this.position;
  }

  open() {
    const list = element("div", { class: "place-list" }, [...this.#byCity()].map(([city, places]) => this.#city(city, places)));
    const zoom = (label, name, step) => button({ class: "round", "aria-label": label, on: { click: () => this.#zoom(step) } }, icon(name));
    const here = button({ class: "round", "aria-label": "My device's own position", on: { click: () => this.#device() } }, icon("target"));
    const tools = element("div", { class: "map-tools" }, zoom("Closer", "plus", -1), zoom("Farther", "minus", 1), here);
    this.share = button({ class: "key style-primary", on: { click: () => this.#finish(() => this.send(this.position)) } }, "Share this position");
    this.venue = button({ class: "key style-plain", hidden: true });
    const map = element("div", { class: "map-side" }, element("div", { class: "map-frame" }, this.stage, tools), this.words, element("div", { class: "key-row" }, this.venue, this.share));
    this.#drag();
    this.dialog = sheet("Share a position", element("div", { class: "places" }, list, map), { kind: "wide" });
    this.#draw();
    this.share.focus();
    return this.dialog;
  }

  #byCity() {
    const cities = new Map();
    for (const place of this.places) cities.set(place.city, [...(cities.get(place.city) ?? []), place]);
    return cities;
  }

  #city(city, places) {
    const rows = places.map((place) => button({ class: "place-row", dir: "auto", on: { click: () => this.#near(place) } }, icon("place"), place.name));
    return element("section", {}, element("h3", {}, city), rows);
  }

  // A little beside the door, as somebody on the way there would be.
  #near(place) {
    this.position = { latitude: place.latitude - 0.0012, longitude: place.longitude + 0.0014 };
    this.centre = this.position;
    this.venue.hidden = false;
    this.venue.textContent = `Send “${place.name}”`;
    this.venue.onclick = () => this.#finish(() => this.sendVenue(place));
    this.#draw();
  }

  #zoom(step) {
    this.width = Math.max(0, Math.min(WIDTHS.length - 1, this.width + step));
    this.centre = this.position;
    this.#draw();
  }

  #device() {
    const found = ({ coords }) => {
      this.position = { latitude: coords.latitude, longitude: coords.longitude };
      this.centre = this.position;
      this.#draw();
    };
    navigator.geolocation.getCurrentPosition(found, () => note("The device does not say where it is."));
  }

  #drag() {
    let dragging = false;
    const follow = (event) => {
      const box = this.stage.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * this.size.width;
      this.#move(this.map.toPosition(x, ((event.clientY - box.top) / box.height) * this.size.height));
    };
    this.stage.addEventListener("pointerdown", (event) => {
      dragging = true;
      this.stage.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.stage.addEventListener("pointermove", (event) => dragging && follow(event));
    for (const kind of ["pointerup", "pointercancel"]) {
      this.stage.addEventListener(kind, () => {
        dragging = false;
        this.#settle();
      });
    }
    this.pin.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const step = event.shiftKey ? 60 : 12;
    const [x, y] = this.map.toPoint(this.position.latitude, this.position.longitude);
    this.#move(this.map.toPosition(x + arrow[0] * step, y + arrow[1] * step));
    this.#settle();
  }

  #move(position) {
    this.position = position;
    this.#drawPin();
  }

  // Near the edge the map comes along, so there is always something to see ahead.
  #settle() {
    const [x, y] = this.map.toPoint(this.position.latitude, this.position.longitude);
    if (x > 50 && x < this.size.width - 50 && y > 60 && y < this.size.height - 30) return;
    this.centre = this.position;
    this.#draw();
  }

  #draw() {
    const focused = document.activeElement === this.pin;
    this.map = new DrawnMap({ ...this.centre, ...this.size, metres: WIDTHS[this.width] });
    this.map.svg.removeAttribute("aria-hidden");
    this.map.svg.append(...this.places.map((place) => this.#mark(place)).filter(Boolean), this.pin);
    this.stage.replaceChildren(this.map.svg);
    this.#drawPin();
    if (focused) this.pin.focus();
  }

  #mark(place) {
    const [x, y] = this.map.toPoint(place.latitude, place.longitude);
    if (x < 0 || y < 0 || x > this.size.width || y > this.size.height) return null;
    const label = drawing("text", { y: -11, "text-anchor": "middle" }, place.name);
    return drawing("g", { class: "map-mark", transform: `translate(${x} ${y})`, "aria-hidden": "true" }, drawing("circle", { r: 5 }), label);
  }

  #drawPin() {
    const [x, y] = this.map.toPoint(this.position.latitude, this.position.longitude);
    this.pin.setAttribute("transform", `translate(${x} ${y})`);
    const closest = this.places.reduce((best, place) => (distance(place, this.position) < distance(best, this.position) ? place : best));
    const away = distance(closest, this.position);
    const far = away < 1000 ? `${Math.round(away / 10) * 10} m` : `${(away / 1000).toFixed(1)} km`;
    this.words.textContent = `${degrees(this.position)} · ${far} from ${closest.name}`;
    this.pin.setAttribute("aria-label", `Pin at ${this.words.textContent}. Arrow keys move it.`);
  }

  #finish(share) {
    this.dialog.close();
    share();
  }
}
