// Light or dark: as the device says until the person chooses, and then as chosen on this device.

import { remember, remembered } from "./memory.js";

const KEY = "chat.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

/** "light" or "dark", as it is shown now. */
export function theme() {
  return document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
}

/** Turn to the other one and remember it. */
export function turnTheme() {
  const next = theme() === "dark" ? "light" : "dark";
  remember(KEY, { theme: next });
  document.documentElement.dataset.theme = next;
  return next;
}

/** Take up what was chosen earlier. */
export function startTheme() {
  const { theme: chosen } = remembered(KEY);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}

/** The page's colours under the names of Telegram's theme parameters (core.telegram.org/bots/webapps, ThemeParams). */
export function themeParameters() {
  // Only a colour that is used has one value; the variable itself still holds both.
  const probe = document.body.appendChild(document.createElement("i"));
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    const parts = getComputedStyle(probe).color.match(/\d+/g).slice(0, 3);
    return `#${parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
  };
  const colours = {
    bg_color: colour("surface"), secondary_bg_color: colour("paper"), text_color: colour("ink"), hint_color: colour("faint"),
    link_color: colour("accent"), button_color: colour("accent"), button_text_color: colour("on-accent"),
    destructive_text_color: colour("danger"), header_bg_color: colour("surface"), accent_text_color: colour("accent"),
  };
  probe.remove();
  return colours;
}
