// Draws a calm, invented street map around a position without any tiles. Streets, parks and rivers follow from the coordinates
// alone, so a place always looks the same and stays put while the pin moves over it.

import { drawing } from "./element.js";

const METRES_PER_DEGREE = 111320;
const FINEST_STEP = 0.0004;
const RIVER_STEP = 0.035;

function chance(...numbers) {
  let state = 2166136261;
  for (const number of numbers) state = Math.imul(state ^ (number & 0xffff) ^ ((number >> 16) * 31), 16777619);
  state = Math.imul(state ^ (state >>> 15), 2246822507);
  return ((state ^ (state >>> 13)) >>> 0) / 4294967296;
}

// A wavy line number `index` of a family; `along` is the coordinate it runs along.
function line(family, index, step, along) {
  const wave = 0.22 * Math.sin(along / (step * 7) + 6.3 * chance(family, index, 2));
  return (index + 0.5 * chance(family, index, 1) + wave) * step;
}

/** A map of `width` by `height` units centred on a position, `metres` wide: its drawing and the ways between degrees and units. */
export class DrawnMap {
  constructor({ latitude, longitude, metres, width, height }) {
    Object.assign(this, { latitude, longitude, width, height });
    this.scale = (width / metres) * METRES_PER_DEGREE;
    this.narrowing = Math.max(Math.cos((latitude * Math.PI) / 180), 0.05);
    this.svg = drawing("svg", { class: "map", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" });
    this.#draw();
  }

  /** Units from the left and the top. */
  toPoint(latitude, longitude) {
    const x = this.width / 2 + (longitude - this.longitude) * this.scale * this.narrowing;
    return [x, this.height / 2 - (latitude - this.latitude) * this.scale];
  }

  /** Degrees, kept inside the world. */
  toPosition(x, y) {
    const latitude = this.latitude - (y - this.height / 2) / this.scale;
    const longitude = this.longitude + (x - this.width / 2) / this.scale / this.narrowing;
    return { latitude: Math.max(-85, Math.min(85, latitude)), longitude: ((longitude + 540) % 360) - 180 };
  }

  #draw() {
    const step = FINEST_STEP * 2 ** Math.max(0, Math.ceil(Math.log2(30 / this.scale / FINEST_STEP)));
    const rows = this.#span(this.latitude, this.height / this.scale, step);
    const columns = this.#span(this.longitude, this.width / this.scale / this.narrowing, step);
    this.svg.append(drawing("rect", { class: "ground", width: this.width, height: this.height }));
    this.#greens(rows, columns, step);
    const streets = [...rows.map((row) => this.#street(1, row, step, columns)), ...columns.map((column) => this.#street(2, column, step, rows))];
    for (const kind of ["lane", "avenue"]) {
      const path = streets.filter((street) => street.kind === kind).map((street) => street.path).join("");
      const width = step * this.scale * (kind === "lane" ? 0.11 : 0.18);
      const stroke = (name, extra) => drawing("path", { class: `street ${name}`, d: path, "stroke-width": (width + extra).toFixed(1) });
      this.svg.append(stroke(`${kind}-edge`, 1.4), stroke(kind, 0));
      // Lanes end at the water; avenues, drawn after it, cross it on bridges.
      if (kind === "lane") this.#rivers(columns, step);
    }
  }

  #span(centre, size, step) {
    const first = Math.floor((centre - size / 2) / step) - 1;
    return Array.from({ length: Math.ceil(size / step) + 3 }, (_, n) => first + n);
  }

  #street(family, index, step, across) {
    const points = across.map((n) => {
      const along = n * step;
      const here = line(family, index, step, along);
      return family === 1 ? this.toPoint(here, along) : this.toPoint(along, here);
    });
    return { kind: chance(family, index, 3) < 0.24 ? "avenue" : "lane", path: this.#path(points) };
  }

  #path(points) {
    return `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
  }

  #greens(rows, columns, step) {
    for (const row of rows) {
      for (const column of columns) {
        const kind = chance(row, column, 5);
        if (kind > 0.3) continue;
        const corners = [[0, 0], [0, 1], [1, 1], [1, 0]].map(([up, right]) => {
          const longitude = line(2, column + right, step, row * step);
          return this.toPoint(line(1, row + up, step, longitude), longitude);
        });
        this.svg.append(drawing("path", { class: kind < 0.09 ? "green" : "block", d: `${this.#path(corners)}Z` }));
      }
    }
  }

  #rivers(columns, step) {
    for (const band of this.#span(this.latitude, this.height / this.scale, RIVER_STEP)) {
      if (chance(band, 7) > 0.75) continue;
      const phase = 6.3 * chance(band, 8);
      const points = columns.map((n) => {
        const longitude = n * step;
        return this.toPoint((band + 0.5 + 0.3 * Math.sin(longitude * 90 + phase)) * RIVER_STEP, longitude);
      });
      const width = Math.max(5, (0.0016 + 0.001 * chance(band, 9)) * this.scale);
      this.svg.append(drawing("path", { class: "river", d: this.#path(points), "stroke-width": width.toFixed(1) }));
    }
  }
}

/** The pin, its point at 0,0. */
export function pinShape() {
  return drawing("g", { class: "map-pin" },
    drawing("ellipse", { class: "pin-shadow", cx: 0, cy: 0, rx: 6, ry: 2.4 }),
    drawing("path", { class: "pin-body", d: "M0 0C-3-7-12-13-12-22a12 12 0 0 1 24 0C12-13 3-7 0 0z" }),
    drawing("circle", { class: "pin-eye", cx: 0, cy: -22, r: 4.6 }));
}

/** Metres between two positions; good enough within a town. */
export function distance(a, b) {
  const narrowing = Math.cos((a.latitude * Math.PI) / 180);
  return Math.hypot(a.latitude - b.latitude, (a.longitude - b.longitude) * narrowing) * METRES_PER_DEGREE;
}

/** "38.7114° N, 9.1417° W" */
export function degrees({ latitude, longitude }) {
  const half = (value, plus, minus) => `${Math.abs(value).toFixed(4)}° ${value < 0 ? minus : plus}`;
  return `${half(latitude, "N", "S")}, ${half(longitude, "E", "W")}`;
}
