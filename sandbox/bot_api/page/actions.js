// What the person does, told to the server. Texts written while the line is cut wait here, in order, and are sent when it is back.

const RETRY = 3000;

/** The server's answer to an action; throws Error with its words when it refuses, TypeError when it cannot be reached. */
export async function act(what, body) {
  const answer = await fetch(`/play/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.description || data.error || data.detail || `The server answered ${answer.status}.`);
  return data;
}

/** A read of the server's state; null when it is not there. */
export async function ask(path) {
  try {
    const answer = await fetch(path);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** The texts of one chat on their way; they stay when another chat is looked at in between. */
export class Outgoing {
  static #chats = new Map();

  /** The texts of one person in this chat. `changed(texts)` draws those still waiting, `refused(words)` says why one was turned down. */
  static of(place, changed, refused) {
    const key = JSON.stringify(place);
    if (!Outgoing.#chats.has(key)) Outgoing.#chats.set(key, new Outgoing(place));
    const outgoing = Outgoing.#chats.get(key);
    Object.assign(outgoing, { changed, refused });
    changed(outgoing.queue.map((entry) => entry.text));
    return outgoing;
  }

  constructor(place) {
    Object.assign(this, { place, queue: [], busy: false, newest: 0, timer: 0 });
  }

  /** The chat is not looked at any more. */
  leave() {
    Object.assign(this, { changed: () => {}, refused: () => {} });
  }

  /** Queue a text; `extra` holds further fields of the request. */
  say(text, extra = {}) {
    this.queue.push({ text, extra, after: this.newest });
    return this.flush();
  }

  /** Note how far the chat has come, to know later whether a text of ours is among what followed. */
  reached(messageId) {
    this.newest = messageId;
  }

  /** Send what waits, one after the other; stops at a cut line and tries again by itself. */
  async flush() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.queue.length) await this.#first();
    } catch (cut) {
      if (!(cut instanceof TypeError)) throw cut;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), RETRY);
    } finally {
      this.busy = false;
      this.changed(this.queue.map((entry) => entry.text));
    }
  }

  async #first() {
    const entry = this.queue[0];
    const again = entry.tried;
    entry.tried = true;
    try {
      // A text may have arrived although its answer was lost; it is not said twice.
      if (!again || !(await this.#isThere(entry))) await act("text", { ...this.place, text: entry.text, ...entry.extra });
    } catch (error) {
      if (error instanceof TypeError) throw error;
      this.refused(error.message);
    }
    this.queue.shift();
  }

  async #isThere({ text, after }) {
    const view = await ask(`/play/messages?chat_id=${this.place.chat_id}`);
    if (!view) throw new TypeError("The chat cannot be read.");
    return view.messages.some((message) => message.message_id > after && message.text === text && message.from?.id === this.place.from_id);
  }
}
