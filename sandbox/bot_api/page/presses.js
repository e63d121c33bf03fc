// Presses on callback buttons that the bot has not answered yet: who waits, which button turns, and what the answer says.

import { act } from "./actions.js";

const PATIENCE = 20000;
const name = (messageId, data) => `${messageId} ${data}`;

/** Presses in one place ({chat_id, from_id}); `draw(messageId, data, busy)` turns a button's progress on and off, `say(answer)` shows what the bot answers. */
export class Presses {
  constructor(place, draw, say) {
    Object.assign(this, { place, draw, say });
    this.waiting = new Map();
    this.early = new Map();
    this.own = new Set();
  }

  /** True while a press on this button waits for its answer. */
  busy(messageId, data) {
    return this.waiting.has(name(messageId, data));
  }

  /** Press it; a second press while the first waits is no press. */
  async press(messageId, data) {
    const key = name(messageId, data);
    if (this.waiting.has(key)) return;
    const entry = { messageId, data, timer: setTimeout(() => this.#finish(key), PATIENCE) };
    this.waiting.set(key, entry);
    this.draw(messageId, data, true);
    try {
      const { callback_query_id: id } = await act("press", { ...this.place, message_id: messageId, data });
      entry.id = String(id);
      this.own.add(entry.id);
      // The bot may be quicker than the answer to the press itself.
      if (this.early.has(entry.id)) this.answered(this.early.get(entry.id));
    } catch (error) {
      this.#finish(key);
      this.say({ text: error instanceof TypeError ? "The press did not get through. Try again." : error.message });
    }
  }

  /** The bot answered: stop the progress and show its words. */
  answered(answer) {
    const id = String(answer.callback_query_id);
    // The whole chat hears an answer, but it is meant for whoever pressed: in a group that may be somebody else.
    if (!this.own.has(id)) {
      const unsure = [...this.waiting.values()].some((entry) => entry.id === undefined);
      if (unsure) this.early.set(id, answer);
      return;
    }
    this.early.delete(id);
    const found = [...this.waiting].find(([, entry]) => entry.id === id);
    if (found) this.#finish(found[0]);
    this.say(answer);
  }

  #finish(key) {
    const entry = this.waiting.get(key);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.waiting.delete(key);
    this.draw(entry.messageId, entry.data, false);
  }
}
