// What a web app may ask for, and what it gets (core.telegram.org/bots/webapps and /api/web-events, up to the version that web_apps.py
// announces). Whatever waits for an answer gets one, a refusal where the page has no such thing, so that no promise of an app hangs.

import { question } from "./notices.js";
import { themeParameters } from "./theme.js";

const UNSUPPORTED = { error: "UNSUPPORTED" };
const NO_INSETS = { top: 0, bottom: 0, left: 0, right: 0 };
const KEY_WORDS = { ok: "OK", close: "Close", cancel: "Cancel" };

// Refused or said at once: the event that answers, and what it carries. `req_id` and `slug` go back as they came.
const AT_ONCE = {
  // Only apps of the attachment menu may read the clipboard; all others get an answer without a text.
  web_app_read_text_from_clipboard: ["clipboard_text_received", {}],
  web_app_invoke_custom_method: ["custom_method_invoked", UNSUPPORTED],
  web_app_open_scan_qr_popup: ["scan_qr_popup_closed", {}],
  web_app_open_invoice: ["invoice_closed", { status: "failed" }],
  web_app_biometry_get_info: ["biometry_info_received", { available: false }],
  web_app_biometry_request_access: ["biometry_info_received", { available: false }],
  web_app_biometry_request_auth: ["biometry_auth_requested", { status: "failed" }],
  web_app_biometry_update_token: ["biometry_token_updated", { status: "failed" }],
  web_app_request_safe_area: ["safe_area_changed", NO_INSETS],
  web_app_request_content_safe_area: ["content_safe_area_changed", NO_INSETS],
  web_app_request_fullscreen: ["fullscreen_failed", UNSUPPORTED],
  web_app_exit_fullscreen: ["fullscreen_changed", { is_fullscreen: false }],
  web_app_add_to_home_screen: ["home_screen_failed", UNSUPPORTED],
  web_app_check_home_screen: ["home_screen_checked", { status: "unsupported" }],
  web_app_start_accelerometer: ["accelerometer_failed", UNSUPPORTED],
  web_app_stop_accelerometer: ["accelerometer_stopped", {}],
  web_app_start_device_orientation: ["device_orientation_failed", UNSUPPORTED],
  web_app_stop_device_orientation: ["device_orientation_stopped", {}],
  web_app_start_gyroscope: ["gyroscope_failed", UNSUPPORTED],
  web_app_stop_gyroscope: ["gyroscope_stopped", {}],
  web_app_check_location: ["location_checked", { available: false }],
  web_app_request_location: ["location_requested", { available: false }],
  web_app_set_emoji_status: ["emoji_status_failed", UNSUPPORTED],
  web_app_request_emoji_status_access: ["emoji_status_access_requested", { status: "cancelled" }],
  web_app_request_file_download: ["file_download_requested", { status: "cancelled" }],
  web_app_send_prepared_message: ["prepared_message_failed", UNSUPPORTED],
  web_app_device_storage_save_key: ["device_storage_failed", UNSUPPORTED],
  web_app_device_storage_get_key: ["device_storage_failed", UNSUPPORTED],
  web_app_device_storage_clear: ["device_storage_failed", UNSUPPORTED],
  web_app_secure_storage_save_key: ["secure_storage_failed", UNSUPPORTED],
  web_app_secure_storage_get_key: ["secure_storage_failed", UNSUPPORTED],
  web_app_secure_storage_restore_key: ["secure_storage_failed", UNSUPPORTED],
  web_app_secure_storage_clear: ["secure_storage_failed", UNSUPPORTED],
};

// Done by the page or with the person. `does`: link(url), data(text), contact(), inline(query), mayWrite(): what the chat does.
const DONE = {
  web_app_ready: ({ dialog }) => dialog.classList.add("ready"),
  web_app_close: ({ dialog }) => dialog.close(),
  web_app_expand: (view) => {
    view.dialog.classList.add("expanded");
    sayViewport(view);
  },
  web_app_request_theme: ({ tell }) => tell("theme_changed", { theme_params: themeParameters() }),
  web_app_request_viewport: (view) => sayViewport(view),
  web_app_open_link: ({ does }, { url }) => does.link(url),
  web_app_open_tg_link: ({ does }, { path_full: path }) => does.link(`https://t.me${path}`),
  web_app_setup_main_button: ({ main }, state) => drawKey(main, state),
  web_app_setup_secondary_button: ({ secondary }, state) => drawKey(secondary, state),
  web_app_setup_back_button: ({ back }, { is_visible: shown }) => {
    back.hidden = !shown;
  },
  web_app_setup_settings_button: ({ settings }, { is_visible: shown }) => {
    settings.hidden = !shown;
  },
  web_app_open_popup: async ({ tell, title }, popup) => {
    const choices = (popup.buttons ?? []).map(({ id, text, type }) => ({ id: id ?? "", text: text || KEY_WORDS[type] || "OK", style: type === "destructive" ? "danger" : "primary" }));
    const id = await question(popup.title || title, popup.message, choices.length ? choices : [{ id: "", text: "OK", style: "primary" }]);
    tell("popup_closed", id ? { button_id: id } : {});
  },
  web_app_data_send: ({ dialog, does }, { data }) => {
    does.data(data);
    dialog.close();
  },
  web_app_switch_inline_query: ({ dialog, does }, { query }) => {
    dialog.close();
    does.inline(query ?? "");
  },
  // Whoever opened an app from the chat has let the bot write there already.
  web_app_request_write_access: ({ tell, does }) => tell("write_access_requested", { status: does.mayWrite() ? "allowed" : "cancelled" }),
  web_app_request_phone: async ({ tell, does }) => tell("phone_requested", { status: (await does.contact()) ? "sent" : "cancelled" }),
  web_app_trigger_haptic_feedback: () => navigator.vibrate?.(10),
};

/** Do what the app in `view` asks for (see webapp.js), and answer where an answer is owed; strangers' messages are none. */
export function answerWebApp(view, message) {
  let event;
  try {
    event = JSON.parse(message);
  } catch {
    return;
  }
  const kind = String(event?.eventType);
  const data = event?.eventData ?? {};
  if (Object.hasOwn(DONE, kind)) DONE[kind](view, data);
  else if (Object.hasOwn(AT_ONCE, kind)) {
    const [answer, carried] = AT_ONCE[kind];
    view.tell(answer, { req_id: data.req_id, slug: data.slug, ...carried });
  }
}

function sayViewport({ frame, dialog, tell }) {
  tell("viewport_changed", { width: frame.clientWidth, height: frame.clientHeight, is_state_stable: true, is_expanded: dialog.classList.contains("expanded") });
}

function drawKey(key, state) {
  key.hidden = !state.is_visible;
  key.disabled = state.is_active === false;
  if (state.text) key.textContent = state.text;
  key.setAttribute("aria-busy", String(Boolean(state.is_progress_visible)));
  key.style.backgroundColor = state.color ?? "";
  key.style.color = state.text_color ?? "";
}
