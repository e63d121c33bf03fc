// Speaks with the Telegram client that shows this page: the start parameters of the fragment, and events named web_app_*.
// https://core.telegram.org/api/web-events

const start = new URLSearchParams(location.hash.slice(1));
const COLOURS = {
  bg_color: "--paper", text_color: "--ink", hint_color: "--faint", secondary_bg_color: "--field", destructive_text_color: "--danger",
};

/** Who opened the page, signed by Telegram; empty outside of Telegram. */
export const initData = start.get("tgWebAppData") ?? "";

/** Tell the client something: "web_app_ready", "web_app_expand", "web_app_close", "web_app_open_link". */
export function tell(eventType, eventData = {}) {
  if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(eventType, JSON.stringify(eventData));
  else if (typeof window.external?.notify === "function") window.external.notify(JSON.stringify({ eventType, eventData }));
  else if (window.parent !== window) window.parent.postMessage(JSON.stringify({ eventType, eventData }), "*");
}

/** Take the client's colours now and whenever they change. */
export function followTheme() {
  try {
    paint(JSON.parse(start.get("tgWebAppThemeParams") ?? "{}"));
  } catch {
    paint({});
  }
  // Apps call into the page by these names; web clients post a message.
  window.Telegram = { ...window.Telegram, WebView: { receiveEvent: hear } };
  window.TelegramGameProxy = { receiveEvent: hear };
  window.TelegramGameProxy_receiveEvent = hear;
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent) return;
    try {
      const { eventType, eventData } = JSON.parse(event.data);
      hear(eventType, eventData);
    } catch {
      // Whatever else is posted here is not for us.
    }
  });
}

function hear(eventType, eventData) {
  if (eventType === "theme_changed") paint(eventData?.theme_params ?? {});
}

function paint(theme) {
  const root = document.documentElement;
  for (const [name, property] of Object.entries(COLOURS)) {
    if (/^#[0-9a-f]{6}$/i.test(theme[name] ?? "")) root.style.setProperty(property, theme[name]);
  }
  const ground = theme.bg_color;
  if (/^#[0-9a-f]{6}$/i.test(ground ?? "")) root.style.colorScheme = brightness(ground) > 127 ? "light" : "dark";
}

function brightness(colour) {
  const [red, green, blue] = [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
