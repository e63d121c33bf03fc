// The page's small pictures, drawn as strokes on a 24 by 24 grid so that they take the colour of the text around them.

import { drawing } from "./element.js";

const STROKES = {
  menu: "M4 7h16M4 12h16M4 17h16",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.5M16 4.3a3.5 3.5 0 0 1 0 6.5M18.5 15c1.8.800 2.8 2.5 3 5",
  send: "M5 12h13M12.5 6l6 6-6 6",
  attach: "M19.5 11.5l-7.6 7.6a4.7 4.7 0 0 1-6.7-6.7l8-8a3.1 3.1 0 0 1 4.5 4.5l-8 7.9a1.6 1.6 0 0 1-2.2-2.2l7.2-7.2",
  keys: "M3.5 6.5h17v11h-17zM7 10h.01M10.5 10h.01M14 10h.01M17 10h.01M8 14h8",
  slash: "M14.5 5l-5 14",
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  pin: "M9 4h6M10 4l-.5 6-2.5 3h10l-2.5-3L14 4M12 13v7",
  edit: "M5 19l1-4L16.5 4.5l3 3L9 18z",
  copy: "M9 9h10v11H9zM6 15H5V4h10v2",
  link: "M8 16L17 7M10 7h7v7",
  app: "M4 5h16v14H4zM4 9.5h16",
  place: "M12 21c4-4.5 6.5-7.8 6.5-11a6.5 6.5 0 1 0-13 0c0 3.2 2.5 6.5 6.5 11zM12 12.2a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  person: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6",
  file: "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-2.5 4 3.5M15.5 9.5h.01",
  bolt: "M13 3L6 13.5h5L10.5 21 18 10.5h-5z",
  code: "M8.5 7L3.5 12l5 5M15.5 7l5 5-5 5M13.5 5l-3 14",
  anew: "M5 12a7 7 0 1 0 2.3-5.2L5 9M5 4.5V9h4.5",
  down: "M12 5v13M6.5 12.5l5.5 6 5.5-6",
  plus: "M12 5.5v13M5.5 12h13",
  minus: "M5.5 12h13",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6l1.4 1.4M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4",
  target: "M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM12 3v3M12 18v3M3 12h3M18 12h3",
  reply: "M10 7L5 12l5 5M5.5 12H14c3 0 5 2 5 5.5",
  forward: "M14 7l5 5-5 5M18.5 12H10c-3 0-5 2-5 5.5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2",
};

/** The picture called `name`; it is decoration, so the button that holds it needs a label of its own. */
export function icon(name) {
  return drawing("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, drawing("path", { d: STROKES[name] }));
}
