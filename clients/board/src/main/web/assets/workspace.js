// One person's window on the board, over the client: cards, comments, who is here, and how the connection stands.

/**
 * @typedef {import('./cards.js').Card} Card
 * @typedef {import('./cards.js').Shown} Shown
 * @typedef {import('./client.js').Problem} Problem
 * @typedef {import('./client.js').Tailrace} Tailrace
 * @typedef {import('./client.js').Write} Write
 * @typedef {import('./conflicts.js').Kind} Kind
 * @typedef {import('./conflicts.js').Lost} Lost
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
 * @typedef {object} Listener
 * @property {() => void} changed anything that is to be seen
 * @property {(lost: Lost, expired: boolean, done: () => void) => void} lost a change came too late
 * @property {(title: string | undefined, problem: Problem, done: () => void) => void} refused a change, or a comment when
 *     there is no title, was not accepted
 * @property {(pointers: ReadonlyMap<string, import('./crowd.js').Pointer>) => void} pointed where the pointers of others are
 */

import { readCard } from './cards.js';
import { DISCUSSED, readTally } from './comments.js';
import { agreed, kindOf, TYPES } from './conflicts.js';
import { Conversation } from './conversation.js';
import { Here } from './here.js';
import { Latency } from './latency.js';
import { People } from './people.js';
import { Tally } from './tally.js';

const CARD = 'card:';
/** Changes whose `before` is remembered, to tell a person what happened to them. */
const MAX_REMEMBERED = 1000;

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
  /** Cards as they were seen before a change. @type {Map<string, Card | null>} */
  #before = new Map();
  /** Failures that the person has been told of. @type {WeakSet<Write>} */
  #told = new WeakSet();

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
      this.#before.set(write.idempotencyKey, before);
      if (this.#before.size > MAX_REMEMBERED) {
        this.#before.delete(this.#before.keys().next().value ?? '');
      }
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
    this.#connection?.cursors.move(place);
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
    const cursors = /** @type {import('./client.js').Cursors<Place>} */ (channel.cursors());
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
      client.failures.subscribe(() => this.#tell()),
      cards.subscribe((state) => {
        this.#latency.advanced(state);
        changed();
      }),
      channel.presence.members.subscribe((state) => {
        this.people.present(state);
        changed();
      }),
      cursors.others.subscribe(pointed),
      () => signals.stop(),
      () => client.close(),
    ];
    return { client, channel, cards, cursors, ends };
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

  /** Tells the person of failures. Of those of one card only the last: the others were on the way to it. */
  #tell() {
    const client = this.#connection?.client;
    queueMicrotask(() => {
      const news = client?.failures.value.filter((write) => !this.#told.has(write)) ?? [];
      for (const id of new Set(news.map(({ key, ref }) => key ?? ref))) {
        const failed = news.filter(({ key, ref }) => (key ?? ref) === id);
        failed.forEach((write) => this.#told.add(write));
        this.#explain(id, failed, () => failed.forEach((write) => client?.dismiss(write)));
      }
    });
  }

  /**
   * @param {string} key of a card, or of no card
   * @param {Write[]} failed changes to it, in their order
   * @param {() => void} done
   */
  #explain(key, failed, done) {
    const [first] = failed;
    const last = failed[failed.length - 1];
    if (last.type === DISCUSSED) {
      done(); // no person wrote it
      return;
    }
    const outcome = first.state.value.name === 'settled' ? first.state.value.outcome : null;
    const card = last.key ? readCard(last.type, last.data) : null;
    switch (outcome?.kind) {
      case 'conflict':
      case 'expired': {
        const current = this.#standing(key, outcome.kind === 'conflict' ? outcome.current : null);
        const lost = { kind: kindOf(last.type), key, card, before: this.#before.get(first.idempotencyKey), current };
        if (agreed(lost)) {
          done();
        } else {
          this.#listener.lost(lost, outcome.kind === 'expired', done);
        }
        break;
      }
      case 'refused':
        this.#listener.refused(last.key && (card?.title ?? this.cards.get(key)?.card.title ?? 'the card'), outcome.problem, done);
        break;
      default:
        done();
    }
  }

  /**
   * A card as it stands, after an answer that told it.
   *
   * @param {string} key
   * @param {import('./client.js').ChannelEvent | null} told
   * @returns {Lost['current']}
   */
  #standing(key, told) {
    const item = this.#connection?.cards.value.items.get(key);
    if (told && told.seq > (item?.seq ?? 0)) {
      return { revision: told.seq, card: readCard(told.type, told.data), by: told.by };
    }
    return item && typeof item.value !== 'number' ? { revision: item.seq, card: item.value, by: item.by } : null;
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
