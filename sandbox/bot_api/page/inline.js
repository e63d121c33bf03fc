// Asks the bot for inline results to what is typed, shows them as suggestions, and asks for more once somebody has come to their end.

/** The inline queries of one chat; `chat` asks, shows and sends (see chat.js). */
export class InlineResults {
  constructor(chat) {
    Object.assign(this, { chat, now: null, early: new Map() });
  }

  /** Ask for the first results. */
  ask(query) {
    this.now = { query };
    return this.#ask(this.now, "");
  }

  /** The bot answered a query of somebody in this chat. */
  answered(event) {
    const { now } = this;
    // The bot may be quicker than the answer that tells the query's number.
    if (now?.id === null) this.early.set(event.inline_query_id, event);
    if (now?.id !== event.inline_query_id) return;
    const further = now.offset !== "";
    // An answer that is given twice adds nothing the second time.
    if (further && !now.busy) return;
    // A bot that names a next offset and has nothing to show would be asked for ever.
    Object.assign(now, { busy: false, next: event.results.length ? event.next_offset : "" });
    const { composer } = this.chat;
    if (further) composer.suggestMore(now.query, this.#choices(event));
    else composer.suggest(now.query, [...this.#offer(event), ...this.#choices(event)], () => this.#more(now));
  }

  #more(turn) {
    if (turn === this.now && turn.next && !turn.busy) this.#ask(turn, turn.next);
  }

  async #ask(turn, offset) {
    Object.assign(turn, { offset, id: null, busy: true, next: "" });
    this.early.clear();
    const answer = await this.chat.do("inline", { query: turn.query, offset });
    if (!answer) {
      // Whoever comes to the end once more tries once more.
      Object.assign(turn, { busy: false, next: offset });
      return;
    }
    turn.id = answer.inline_query_id;
    if (turn === this.now && this.early.has(turn.id)) this.answered(this.early.get(turn.id));
  }

  #choices({ results, inline_query_id: queryId }) {
    return results.map((result) => ({
      title: result.title ?? result.id,
      detail: result.description,
      choose: () => this.#chosen(() => this.chat.do("inline_choice", { inline_query_id: queryId, result_id: result.id })),
    }));
  }

  #offer({ button: offer }) {
    if (!offer?.start_parameter) return [];
    return [{ title: offer.text, choose: () => this.#chosen(() => this.chat.say(`/start ${offer.start_parameter}`)) }];
  }

  #chosen(act) {
    this.chat.composer.put("");
    act();
  }
}
