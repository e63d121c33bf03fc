// Keeps the page's line to the server open: server-sent events of one chat, reconnecting by itself with a growing pause.
// Every connection begins with a snapshot of the whole chat, so nothing that happened while the line was cut is missed.

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 5000;
// Browsers hold six lines to one server for all tabs together, so a tab that nobody sees lets go of its own after a while.
const HIDDEN_PATIENCE = 20000;
const EVENTS = ["snapshot", "message", "deleted", "keyboard", "pinned", "reactions", "typing", "callback_answer", "bot", "inline"];

/** The line to a chat, as `viewer` sees it; `hear(kind, data)` gets every event and `tell(connected)` every change of the line. */
export class Stream {
  constructor(chatId, viewer, hear, tell) {
    Object.assign(this, { address: `/play/events?chat_id=${chatId}&as=${viewer}`, hear, tell, timer: 0, resting: 0, pause: FIRST_PAUSE });
    this.ending = new AbortController();
    const { signal } = this.ending;
    addEventListener("online", () => this.#hurry(), { signal });
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
    this.#connect();
  }

  /** Hang up for good. */
  close() {
    this.ending.abort();
    clearTimeout(this.timer);
    clearTimeout(this.resting);
    this.source.close();
  }

  #connect() {
    this.source = new EventSource(this.address);
    for (const kind of EVENTS) this.source.addEventListener(kind, (event) => this.#arrived(kind, event), { signal: this.ending.signal });
    this.source.addEventListener("error", () => this.#retry(), { signal: this.ending.signal });
  }

  #arrived(kind, event) {
    if (kind === "snapshot") {
      this.pause = FIRST_PAUSE;
      this.tell(true);
    }
    this.hear(kind, JSON.parse(event.data));
  }

  // The browser's own retry waits long and gives up after an HTTP error, so the line is always made anew here.
  #retry() {
    this.source.close();
    this.tell(false);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#connect(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 1.7, LONGEST_PAUSE);
  }

  #hurry() {
    if (this.source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.timer);
    this.#connect();
  }

  #seen() {
    clearTimeout(this.resting);
    if (document.visibilityState === "visible") this.#hurry();
    else this.resting = setTimeout(() => this.source.close(), HIDDEN_PATIENCE);
  }
}
