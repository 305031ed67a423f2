// The live tail: one plain EventSource at a time, at a node that answers.

/**
 * @typedef {import('./api.js').Api} Api
 * @typedef {import('./api.js').Refused} Refused
 * @typedef {import('./nodes.js').Nodes} Nodes
 * @typedef {import('./board.js').ChannelEvent} ChannelEvent
 *
 * @typedef {object} Listener
 * @property {(event: ChannelEvent) => void} event
 * @property {(node: string) => void} live the stream is open; `node` is the name the server gives itself
 * @property {() => void} lost the stream is down; another is on its way
 * @property {() => void} snapshotRequired
 * @property {(name: 'presence' | 'signal', data: any) => void} moment something that is not kept
 * @property {(refused: Refused) => void} refused no stream may be had
 */

import { Backoff } from './backoff.js';

/** A browser's own attempts at one node before we try the next: the first may be the server's planned recycling. */
const PATIENCE = 2;
/** Without a frame for so many heartbeats the connection is dead, whatever the browser believes. */
const SILENT_HEARTBEATS = 2.5;
const HEARTBEAT_MS = 15_000;
/** A ticket is not used for a new stream when it ends within this time. */
const TICKET_MARGIN_MS = 30_000;

/**
 * A browser's EventSource resumes by itself where it was, at the same address, and gives up at any answer but 200. This
 * goes on from there: with a new ticket, at another node, from the last position that a frame carried.
 */
export class Tail {
  #api;
  #nodes;
  #channel;
  #listener;
  #backoff = new Backoff();
  /** @type {EventSource | null} */
  #source = null;
  /** @type {{ticket: string, expires_at: string, since: number} | null} */
  #ticket = null;
  #position;
  #failures = 0;
  #opening = false;
  #closed = false;
  #heartbeatMs = HEARTBEAT_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watchdog;

  /**
   * @param {Api} api
   * @param {Nodes} nodes
   * @param {string} channel
   * @param {string} position where to start, as a snapshot or a frame named it
   * @param {Listener} listener
   */
  constructor(api, nodes, channel, position, listener) {
    this.#api = api;
    this.#nodes = nodes;
    this.#channel = channel;
    this.#position = position;
    this.#listener = listener;
  }

  /** Opens a stream, and another whenever one ends, until {@link close}. */
  async open() {
    if (!this.#source) {
      await this.#connect();
    }
  }

  close() {
    this.#closed = true;
    this.#drop();
    this.#backoff.wake();
  }

  /** The network may be back, or the page awake again: no more waiting. */
  wake() {
    this.#backoff.wake();
    if (this.#source && this.#source.readyState !== EventSource.OPEN) {
      this.#drop();
      this.open();
    }
  }

  /** Replaces the stream, if there is one, once there is a ticket for another. */
  async #connect() {
    if (this.#opening || this.#closed) {
      return;
    }
    this.#opening = true;
    const ticket = await this.#validTicket();
    this.#opening = false;
    if (ticket && !this.#closed) {
      this.#drop();
      const query = { channel: this.#channel, last_event_id: this.#position, ticket, client: 'board/1' };
      this.#listen(`${this.#nodes.current}/v1/stream?${new URLSearchParams(query)}`);
    }
  }

  /** @param {string} url */
  #listen(url) {
    const node = this.#nodes.current;
    const source = new EventSource(url);
    this.#source = source;
    this.#watch();
    /** @type {(name: string, handle: (data: any) => void) => void} */
    const on = (name, handle) => source.addEventListener(name, (/** @type {MessageEvent<string>} */ frame) => {
      if (frame.data === undefined) {
        return; // the browser's own `open`, which has the name of the server's first frame
      }
      this.#watch();
      handle(JSON.parse(frame.data));
      this.#position = frame.lastEventId || this.#position;
    });
    on('message', (event) => this.#listener.event(event));
    on('open', (open) => this.#opened(open));
    on('snapshot.required', () => this.#listener.snapshotRequired());
    on('presence', (data) => this.#listener.moment('presence', data));
    on('signal', (data) => this.#listener.moment('signal', data));
    on('heartbeat', () => {});
    on('auth.expiring', () => this.#renew());
    on('revoked', () => this.#refuse({ kind: 'refused', status: 403, problem: { title: 'Your access was removed' } }));
    source.onerror = () => {
      if (source === this.#source) {
        this.#failed(source, node);
      }
    };
  }

  /**
   * Goes over to a new ticket as soon as there is one, unless this one is so short-lived that it was expiring from the
   * start.
   */
  #renew() {
    const ticket = this.#ticket;
    if (ticket && Date.now() - ticket.since > (Date.parse(ticket.expires_at) - ticket.since) / 2) {
      this.#ticket = null;
      this.#connect();
    }
  }

  /** @param {{node?: string, heartbeat_ms?: number}} open */
  #opened({ node = '', heartbeat_ms }) {
    this.#failures = 0;
    this.#backoff.reset();
    this.#heartbeatMs = heartbeat_ms ?? HEARTBEAT_MS;
    this.#watch();
    this.#listener.live(node);
  }

  /**
   * The browser lost the connection, or could not make it.
   *
   * @param {EventSource} source
   * @param {string} node
   */
  #failed(source, node) {
    this.#listener.lost();
    this.#failures++;
    if (source.readyState === EventSource.CLOSED) {
      this.#ticket = null; // the likeliest reason for which a server ends a stream for good
    } else if (this.#failures < PATIENCE) {
      return;
    }
    this.#nodes.failed(node);
    this.#reopen();
  }

  async #reopen() {
    this.#drop();
    await this.#backoff.wait();
    await this.open();
  }

  #drop() {
    clearTimeout(this.#watchdog);
    this.#source?.close();
    this.#source = null;
  }

  /** Starts the wait for the next frame. */
  #watch() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.#listener.lost();
      this.#nodes.failed(this.#nodes.current);
      this.#reopen();
    }, this.#heartbeatMs * SILENT_HEARTBEATS);
  }

  /** @returns {Promise<string | null>} null when none may be had */
  async #validTicket() {
    if (!this.#ticket || Date.parse(this.#ticket.expires_at) - Date.now() < TICKET_MARGIN_MS) {
      const body = { channels: [this.#channel] };
      const answer = await this.#api.persist(() => this.#api.attempt('POST', '/v1/tickets', { body }), this.#backoff);
      if (answer.kind === 'refused') {
        this.#refuse(answer);
        return null;
      }
      this.#ticket = { ...answer.body, since: Date.now() };
    }
    return this.#ticket?.ticket ?? null;
  }

  /** @param {Refused} refused */
  #refuse(refused) {
    this.close();
    this.#listener.refused(refused);
  }
}
