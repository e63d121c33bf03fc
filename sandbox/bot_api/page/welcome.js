// What an empty chat shows: who the bot is, what it does, and the one thing to do next.

import { element, part, portrait } from "./element.js";

/** Draw the welcome of a bot, or hide it once there is something to read. */
export function drawWelcome(bot, empty) {
  const box = part("welcome");
  box.hidden = !empty;
  if (!empty) return;
  const name = bot?.first_name ?? "The bot";
  box.replaceChildren(
    portrait(element("span", { class: "avatar large", "aria-hidden": "true" }), name),
    element("h2", {}, bot ? `What can ${name} do?` : "Nobody is here yet"),
    element("p", { class: "about", dir: "auto" }, bot ? bot.description || "Nothing has been said here yet." : "The bot shows up as soon as it has started."),
    element("p", { class: "hint" }, bot ? "Press START below to begin." : "Waiting for the bot…"),
  );
}
