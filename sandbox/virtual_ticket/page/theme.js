// Light or dark: as the device says until somebody chooses, and then as chosen on this device.

import { remember, remembered } from "./memory.js";

const KEY = "desk.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function now() {
  return document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
}

/** Take up what was chosen earlier, and let the button turn to the other one. */
export function startTheme(button) {
  const { theme: chosen } = remembered(KEY);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  const label = () => (button.textContent = now() === "dark" ? "Light" : "Dark");
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = now() === "dark" ? "light" : "dark";
    remember(KEY, { theme: now() });
    label();
  });
  dark.addEventListener("change", label);
  label();
}
