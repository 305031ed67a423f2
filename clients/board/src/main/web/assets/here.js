// What this window says of its user: here, idle or away, what is being edited, and that somebody types.

/**
 * @typedef {import('./client.js').Here} Said
 *
 * @typedef {object} Room what the client offers for that
 * @property {{join: (said: Said) => void, leave: () => Promise<void>}} presence
 * @property {(resource?: string, on?: boolean) => void} typing
 */

const IDLE_MS = 60_000;

/**
 * A hidden tab is away, one without input is idle. Changes are said at once; the client says them again as often as the
 * server wants to hear them. A window that vanishes says nothing: its lease runs out.
 */
export class Here {
  #room;
  #page;
  #editing = '';
  #inputAt = Date.now();
  #said = '';
  #stopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Room} room
   * @param {{hidden: boolean}} page
   */
  constructor(room, page) {
    this.#room = room;
    this.#page = page;
    this.#say();
  }

  /** Nothing is said any more. */
  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Leaves, so that others see it at once. */
  leave() {
    this.stop();
    this.#room.presence.leave();
  }

  /** The person did something. */
  input() {
    this.#inputAt = Date.now();
    this.#say();
  }

  /** The page was hidden, or can be seen again. */
  wake() {
    this.#say();
  }

  /** @param {string} resource what is being edited; empty: nothing */
  edit(resource) {
    if (this.#editing && !resource) {
      this.#room.typing(this.#editing, false);
    }
    this.#editing = resource;
    this.#say();
  }

  /** Somebody types in what is being edited. */
  type() {
    this.#inputAt = Date.now();
    if (this.#editing) {
      this.#room.typing(this.#editing);
    }
  }

  #state() {
    return this.#page.hidden ? 'away' : Date.now() - this.#inputAt >= IDLE_MS ? 'idle' : 'active';
  }

  /** Says it, if it is news, and looks again when it would become idle. */
  #say() {
    if (this.#stopped) {
      return;
    }
    const about = this.#editing ? { mode: 'editing', resource: this.#editing } : { mode: 'viewing' };
    const said = /** @type {Said} */ ({ state: this.#state(), ...about });
    const words = JSON.stringify(said);
    if (words !== this.#said) {
      this.#said = words;
      this.#room.presence.join(said);
    }
    if (said.state === 'active') {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#say(), this.#inputAt + IDLE_MS - Date.now());
    }
  }
}
