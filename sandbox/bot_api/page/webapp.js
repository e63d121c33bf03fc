// Shows a web app of the bot in a frame and speaks with it as Telegram's clients do: JSON over postMessage, events named web_app_*.

import { button, element } from "./element.js";
import { sheet } from "./notices.js";
import { themeParameters } from "./theme.js";
import { answerWebApp } from "./webapp_answers.js";

/** Opens `url`, where the bot's web app lives; `does` is what it may ask the chat for (see webapp_answers.js). Answers the dialog. */
export function openWebApp(title, url, does) {
  const frame = element("iframe", {
    src: withColours(url), title, class: "web-app", allow: "clipboard-write; geolocation",
    sandbox: "allow-scripts allow-forms allow-same-origin allow-popups allow-modals",
  });
  const tell = (eventType, eventData = {}) => frame.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), "*");
  const key = (pressed, look, ...face) => button({ ...look, hidden: true, on: { click: () => tell(pressed) } }, ...face);
  const main = key("main_button_pressed", { class: "key style-primary main-button" });
  const secondary = key("secondary_button_pressed", { class: "key style-plain main-button" });
  const back = key("back_button_pressed", { class: "key style-plain back-button" }, "Back");
  const settings = key("settings_button_pressed", { class: "key style-plain back-button" }, "Settings");
  const view = { frame, main, secondary, back, settings, tell, does, title };
  const hear = (event) => event.source === frame.contentWindow && answerWebApp(view, event.data);
  const watch = new MutationObserver(() => tell("theme_changed", { theme_params: themeParameters() }));
  const top = element("div", { class: "web-app-tools" }, back, settings);
  view.dialog = sheet(title, [top, element("p", { class: "frame-wait" }, "Opening…"), frame, secondary, main], {
    kind: "web-app-sheet",
    closed: () => {
      removeEventListener("message", hear);
      watch.disconnect();
    },
  });
  frame.addEventListener("load", () => view.dialog.classList.add("ready"));
  watch.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  addEventListener("message", hear);
  return view.dialog;
}

// The server signs the start parameters and names the version; the colours are the page's own to add.
function withColours(url) {
  const address = new URL(url, location.href);
  const fragment = new URLSearchParams(address.hash.slice(1));
  fragment.set("tgWebAppThemeParams", JSON.stringify(themeParameters()));
  address.hash = fragment.toString();
  return address.href;
}
