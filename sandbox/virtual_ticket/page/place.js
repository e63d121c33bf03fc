// Where the page works: the location and the desk, chosen from lists, kept in the address and on this device.

import { element } from "./element.js";
import { remember, remembered } from "./memory.js";

const KEY = "desk.place";

/** All places there are, from the server: {brand, locations: [{id, name, city, desks}]}. */
export async function fetchTown() {
  const answer = await fetch("/play/desk/town");
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.error ?? `the server answered ${answer.status}`);
  return found;
}

/** The place to begin with: the address says, else this device remembers, else the first of the town. */
export function firstPlace(town) {
  const asked = new URLSearchParams(location.search);
  const kept = remembered(KEY);
  const known = (id) => town.locations.find((one) => one.id === id);
  const place = known(asked.get("location")) ?? known(kept.location) ?? town.locations[0];
  const desk = asked.get("desk") ?? (kept.location === place.id && typeof kept.desk === "string" ? kept.desk : null) ?? place.desks[0];
  return { location: place.id, desk };
}

/** Remember the place, in the address too, so that it can be bookmarked. */
export function keepPlace(place) {
  remember(KEY, place);
  const query = new URLSearchParams(Object.entries(place).filter(([, value]) => value));
  history.replaceState(null, "", `${location.pathname}?${query}`);
}

/** Fill the list of locations, grouped by city. */
export function fillLocations(select, town, chosen) {
  const cities = Map.groupBy ? Map.groupBy(town.locations, (one) => one.city) : groupByCity(town.locations);
  select.replaceChildren(...[...cities].map(([city, places]) => element("optgroup", { label: city || "Elsewhere" },
    places.map((one) => element("option", { value: one.id }, one.name)))));
  select.value = chosen;
}

/** The choice that asks for a new desk's tag. */
export const ANOTHER = "";

/** Fill the list of desks; a desk that is new to the location is added, and one can be made up. */
export function fillDesks(select, tags, chosen) {
  const all = [...(tags.includes(chosen) ? tags : [...tags, chosen]), ANOTHER];
  const same = select.options.length === all.length && all.every((tag, place) => select.options[place].value === tag);
  if (!same) select.replaceChildren(...all.map((tag) => element("option", { value: tag }, tag || "Another…")));
  select.value = chosen;
}

function groupByCity(places) {
  const cities = new Map();
  for (const one of places) cities.set(one.city, [...(cities.get(one.city) ?? []), one]);
  return cities;
}
