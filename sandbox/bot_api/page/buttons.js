// What each kind of button does when it is pressed: under a message, on the bot's keyboard, and in the "Share" sheet of the page.

import { openCaption } from "./captions.js";
import { button, safeLink } from "./element.js";
import { pickFile } from "./files.js";
import { icon } from "./icons.js";
import { copy, note, question, sheet } from "./notices.js";
import { openPlaces } from "./places.js";
import { Presses } from "./presses.js";
import { openWebApp } from "./webapp.js";

const OWN_LINKS = [/^https?:\/\/t\.me\/(\w+)(?:\?start=([\w-]+))?$/i, /^tg:\/\/resolve\?domain=(\w+)(?:&start=([\w-]+))?$/i];

/** The buttons of one chat; `chat` does what they ask for (see chat.js). */
export class Buttons {
  constructor(chat) {
    this.chat = chat;
    this.presses = new Presses(chat.place, (...state) => chat.conversation.drawBusy(...state), (answer) => chat.answered(answer));
  }

  /** A button under a message was pressed. */
  async press(message, key) {
    const inline = key.switch_inline_query_current_chat ?? key.switch_inline_query ?? key.switch_inline_query_chosen_chat?.query;
    if (key.callback_data !== undefined) await this.presses.press(message.message_id, key.callback_data);
    else if (key.web_app) await this.webApp(message.message_id, key.text);
    else if (key.copy_text) await copy(key.copy_text.text);
    else if (inline !== undefined) this.chat.composer.put(`@${this.chat.bot.username} ${inline}`);
    else note("This button is not played here.");
  }

  /** A key of the bot's keyboard was pressed. */
  async key(key) {
    if (key.request_location) await this.places();
    else if (key.request_contact) await this.contact();
    else if (key.web_app) await this.webApp(null, key.text);
    else if (key.request_users || key.request_chat || key.request_poll) note("This button is not played here.");
    else await this.chat.say(key.text);
  }

  /** Offer everything that can be shared unasked. */
  share() {
    const row = (name, words, act) => {
      const chosen = () => {
        dialog.close();
        act();
      };
      return button({ class: "menu-row", on: { click: chosen } }, icon(name), words);
    };
    const rows = [
      row("place", "A position or a place", () => this.places()),
      row("person", "My phone number", () => this.contact()),
      row("image", "A photo", () => this.file("photo", "image/png,image/jpeg,image/gif,image/webp")),
      row("file", "A file", () => this.file("document", "")),
    ];
    const dialog = sheet("Share", rows, { kind: "small" });
  }

  /** Let the person choose a position or a place. */
  places() {
    return openPlaces({
      send: (position) => this.chat.do("location", position),
      sendVenue: ({ name, address, city, latitude, longitude }) => this.chat.do("venue", { latitude, longitude, title: name, address: address || city }),
    });
  }

  /** Let the person choose a file of the device, say something with it, and send it as that kind of message. */
  file(kind, accept) {
    pickFile(accept, (file) => {
      const { content, name, mime } = file;
      openCaption(kind, file, (caption) => this.chat.do(kind, { content, name, mime, caption }));
    });
  }

  /** Share the person's number, once they agree; answers whether it was shared. */
  async contact() {
    const choices = [{ id: "", text: "Cancel" }, { id: "share", text: "Share", style: "primary" }];
    const choice = await question("Share your number?", "The bot will know your name and phone number.", choices);
    return choice === "share" && Boolean(await this.chat.do("contact", { user_id: this.chat.me }));
  }

  /** Open the web app of a button: on a message, or without one on the keyboard or in the menu. */
  async webApp(messageId, text) {
    const answer = await this.chat.do("web_app", { text, ...(messageId ? { message_id: messageId } : {}) });
    if (!answer?.url) return;
    openWebApp(text, answer.url, {
      link: (url) => this.open(url),
      data: (data) => this.chat.do("web_app_data", { data, button_text: text }),
      contact: () => this.contact(),
      inline: (query) => this.chat.composer.put(`@${this.chat.bot.username} ${query}`),
      mayWrite: () => !this.chat.person.blocked,
    });
  }

  /** Follow a link to the bot itself, which starts it here; answers false for every other link, which is the browser's. */
  link(url) {
    const own = OWN_LINKS.map((pattern) => pattern.exec(url)).find(Boolean);
    if (!own || own[1].toLowerCase() !== this.chat.bot?.username?.toLowerCase()) return false;
    if (own[2]) this.chat.say(`/start ${own[2]}`);
    return true;
  }

  /** Follow any link, in a new tab where it leads away. */
  open(url) {
    const address = safeLink(url);
    if (address && !this.link(address)) window.open(address, "_blank", "noopener");
  }
}
