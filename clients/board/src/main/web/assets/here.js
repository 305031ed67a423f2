// Says that this window is here: heartbeats, what it does, and that somebody types.

/** @typedef {import('./api.js').Api} Api */

const IDLE_MS = 60_000;
const HEARTBEAT_MS = 30_000;
const RETRY_MS = 5_000;
/** Typing is said again so often while it goes on; by itself it is over after five seconds. */
const TYPING_MS = 3_000;

/**
 * One window's presence. A hidden tab is away, one without input is idle. What it does goes with the next heartbeat, at
 * once when it has changed. A window that vanishes says nothing: its lease runs out.
 */
export class Here {
  #api;
  #path;
  #device;
  #page;
  #heartbeatMs = HEARTBEAT_MS;
  #editing = '';
  #inputAt = Date.now();
  #typedAt = -Infinity;
  #said = '';
  #sending = false;
  #stopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Api} api
   * @param {string} channel
   * @param {string} device a name of this window
   * @param {{hidden: boolean}} page
   */
  constructor(api, channel, device, page) {
    this.#api = api;
    this.#path = `/v1/channels/${encodeURIComponent(channel)}`;
    this.#device = device;
    this.#page = page;
  }

  start() {
    this.#beat();
  }

  /** Nothing is said any more; others see it go when its lease ends. */
  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Leaves, so that others see it at once. */
  async leave() {
    this.stop();
    await this.#api.attempt('DELETE', `${this.#path}/presence?device=${encodeURIComponent(this.#device)}`, { last: true });
  }

  /** The person did something. */
  input() {
    this.#inputAt = Date.now();
    this.#changed();
  }

  /** The page was hidden or can be seen again, or the connection is back. */
  wake() {
    this.#changed();
  }

  /** @param {string} resource what is being edited; empty: nothing */
  edit(resource) {
    if (this.#editing && !resource) {
      this.#signal(this.#editing, false);
      this.#typedAt = -Infinity;
    }
    this.#editing = resource;
    this.#changed();
  }

  /** Somebody types in what is being edited. */
  type() {
    const now = Date.now();
    this.#inputAt = now;
    if (this.#editing && now - this.#typedAt >= TYPING_MS) {
      this.#typedAt = now;
      this.#signal(this.#editing, true);
    }
  }

  /**
   * @param {string} resource
   * @param {boolean} typing
   */
  #signal(resource, typing) {
    const body = { kind: 'typing', resource, ...(typing ? {} : { data: false }) };
    this.#api.attempt('POST', `${this.#path}/signals`, { body });
  }

  #state() {
    return this.#page.hidden ? 'away' : Date.now() - this.#inputAt > IDLE_MS ? 'idle' : 'active';
  }

  #body() {
    const about = this.#editing ? { mode: 'editing', resource: this.#editing } : { mode: 'viewing' };
    return { state: this.#state(), device: this.#device, ...about };
  }

  #changed() {
    if (!this.#sending && JSON.stringify(this.#body()) !== this.#said) {
      this.#beat();
    }
  }

  async #beat() {
    if (this.#stopped || this.#sending) {
      return;
    }
    this.#sending = true;
    clearTimeout(this.#timer);
    const body = this.#body();
    const answer = await this.#api.attempt('PUT', `${this.#path}/presence`, { body });
    this.#sending = false;
    if (this.#stopped || answer.kind === 'refused') {
      return; // the contract has no presence, or this person no right to it
    }
    if (answer.kind === 'ok') {
      this.#said = JSON.stringify(body);
      this.#heartbeatMs = answer.body.heartbeat_ms ?? HEARTBEAT_MS;
    }
    const pause = answer.kind === 'ok' ? Math.min(this.#heartbeatMs, IDLE_MS / 2) : Math.max(RETRY_MS, answer.retryAfterMs);
    this.#timer = setTimeout(() => this.#beat(), pause);
    if (answer.kind === 'ok') {
      this.#changed(); // something may have changed while it was under way
    }
  }
}
