// One person's window on the board, over the client: cards, comments, who is here, and how the connection stands.

/**
 * @typedef {import('./cards.js').Card} Card
 * @typedef {import('./cards.js').Shown} Shown
 * @typedef {import('./client.js').Tailrace} Tailrace
 * @typedef {import('./client.js').Write} Write
 * @typedef {import('./conflicts.js').Kind} Kind
 * @typedef {import('./crowd.js').Place} Place
 * @typedef {import('./session.js').Session} Session
 * @typedef {Write | number | '0'} Basis
 *     What the person saw when deciding: a revision of the card, none, or the outcome of an earlier change.
 *
 * @typedef {object} Condition
 * @property {boolean} signedIn
 * @property {'connecting' | 'live' | 'catching-up' | 'degraded' | 'polling' | 'offline' | 'unauthorized'} state
 * @property {boolean} wasLive whether it was live before
 * @property {boolean} refused whether the board may not be read
 * @property {string} node the node that serves the stream
 * @property {string} reason why it is not live, where known
 * @property {number} seq up to which event the cards are known
 * @property {boolean} stale whether there may be newer ones
 * @property {number} bytes received
 * @property {number} pending writes that have no answer yet
 *
 * @typedef {object} OwnListener
 * @property {() => void} changed anything that is to be seen
 * @property {(pointers: ReadonlyMap<string, import('./crowd.js').Pointer>) => void} pointed where the pointers of others are
 * @typedef {OwnListener & import('./failures.js').Listener} Listener
 */

import { readCard } from './cards.js';
import { DISCUSSED, readTally } from './comments.js';
import { TYPES } from './conflicts.js';
import { Conversation } from './conversation.js';
import { cursors } from './cursors.js';
import { Failures } from './failures.js';
import { Here } from './here.js';
import { Latency } from './latency.js';
import { People } from './people.js';
import { Tally } from './tally.js';

const CARD = 'card:';

/** Lives as long as the page. Sessions come and go; what is pending stays on the device. */
export class Workspace {
  /** Who is here. */
  people = new People();
  /** The comments of the card that is open. */
  conversation;
  /** What this window says of its user; null: nobody is signed in. @type {Here | null} */
  here = null;
  #board;
  #open;
  #listener;
  /** @type {ReturnType<Workspace['start']> | null} */
  #connection = null;
  #wasLive = false;
  #latency = new Latency();
  #failures;

  /**
   * @param {string} board its name
   * @param {(session: Session) => Tailrace} open connects
   * @param {Listener} listener
   */
  constructor(board, open, listener) {
    this.#board = board;
    this.#open = open;
    this.#listener = listener;
    this.conversation = new Conversation(board, listener.changed);
    this.#failures = new Failures(board, listener);
  }

  /** @returns {Condition} */
  get condition() {
    const { client, cards } = this.#connection ?? {};
    const { name: state = 'connecting', node = '', reason = '', bytes = 0 } = client?.connection.value ?? {};
    const { seq = 0, stale = true, denied = null } = cards?.value ?? {};
    const pending = client?.pending.value.length ?? 0;
    return { signedIn: !!client, state, wasLive: this.#wasLive, refused: denied !== null, node, reason, seq, stale, bytes, pending };
  }

  /**
   * The cards as this window shows them, by key.
   *
   * @returns {Map<string, Shown>}
   */
  get cards() {
    const shown = new Map();
    for (const [key, { value, seq, by, at, pending }] of this.#connection?.cards.value.items ?? []) {
      if (typeof value !== 'number') {
        shown.set(key, { key, revision: seq, card: value, by, at, pending, comments: this.#comments(`talk:${key.slice(CARD.length)}`) });
      }
    }
    return shown;
  }

  /**
   * What a change decided now would be based on: taken when a person begins to drag or to edit, not when they end.
   *
   * @param {string} key
   * @returns {Basis}
   */
  basis(key) {
    return this.#connection?.cards.basis(key) ?? '0';
  }

  /**
   * Changes a card: here at once, at the server as soon as it can be reached.
   *
   * @param {Kind} kind
   * @param {string} key
   * @param {Card | null} before as the person saw it
   * @param {Card | null} card as it is to be; null: removed
   * @param {Basis} [basis]
   */
  change(kind, key, before, card, basis = this.basis(key)) {
    const write = this.#connection?.channel.write(TYPES[kind], card ?? {}, { key, ifMatch: basis });
    if (write) {
      this.#failures.remember(write, before);
      this.#listener.changed();
    }
  }

  /**
   * Follows the board with this session, and sends what waited for one.
   *
   * @param {Session} session
   */
  connect(session) {
    this.#disconnect();
    this.#connection = this.start(this.#open(session));
    this.conversation.over(this.#connection.client);
    this.#listener.changed();
  }

  /** Ends the session, and clears what this device keeps of it. */
  async signOut() {
    const client = this.#connection?.client;
    this.here?.leave();
    await client?.signOut();
    this.#disconnect();
    this.#listener.changed();
  }

  /** @param {Place | null} place where this window's pointer is; null: not over the board */
  point(place) {
    this.#connection?.pointers.move(place);
  }

  /** What was changed is on the screen now. */
  rendered() {
    this.#latency.rendered();
  }

  #disconnect() {
    this.#connection?.ends.forEach((end) => end());
    this.#connection = null;
    this.here?.stop();
    this.here = null;
    this.#wasLive = false;
    this.conversation.over(null);
    this.people.present({ members: new Map(), count: 0 });
    this.#listener.pointed(new Map());
  }

  /**
   * @param {Tailrace} client
   * @protected
   */
  start(client) {
    const channel = client.channel(`board:${this.#board}`);
    const cards = channel.keyed({ read });
    const tally = new Tally(this.#board, channel, { count: (key) => this.#comments(key), basis: (key) => cards.basis(key) });
    const pointers = /** @type {import('./cursors.js').Cursors<Place>} */ (cursors(channel));
    const { changed, pointed } = this.#listener;
    const signals = channel.subscribe({
      signal: (frame) => {
        this.people.signal(frame);
        changed();
      },
      live: () => this.people.forgetTyping(),
    });
    this.here = new Here({ presence: channel.presence, typing: (resource, on) => channel.typing(resource, on) }, document);
    const ends = [
      client.connection.subscribe(({ name }) => {
        this.#wasLive ||= name === 'live';
        changed();
      }),
      client.pending.subscribe((pending) => {
        tally.watch(pending);
        changed();
      }),
      client.failures.subscribe(() => this.#failures.tell(client, cards)),
      cards.subscribe((state) => {
        this.#latency.advanced(state);
        changed();
      }),
      channel.presence.members.subscribe((state) => {
        this.people.present(state);
        changed();
      }),
      pointers.others.subscribe(pointed),
      () => signals.stop(),
      () => client.close(),
    ];
    return { client, channel, cards, pointers, ends };
  }

  /**
   * How many comments the board says that a card has.
   *
   * @param {string} key `talk:…`
   */
  #comments(key) {
    const value = this.#connection?.cards.value.items.get(key)?.value;
    return typeof value === 'number' ? value : 0;
  }
}

/**
 * What an event of the board leaves under its key: a card, or how many comments a card has.
 *
 * @param {import('./client.js').ChannelEvent} event
 * @returns {Card | number | null}
 */
function read(event) {
  return event.type === DISCUSSED ? readTally(event) : event.key?.startsWith(CARD) ? readCard(event.type, event.data) : null;
}
