// Writes that came to nothing, as a person is told of them.

/**
 * @typedef {import('./cards.js').Card} Card
 * @typedef {import('./client.js').Problem} Problem
 * @typedef {import('./client.js').Write} Write
 * @typedef {import('./conflicts.js').Lost} Lost
 * @typedef {Pick<import('./client.js').Replica<Card | number>, 'value'>} Cards
 *
 * @typedef {object} Listener
 * @property {(lost: Lost, expired: boolean, done: () => void) => void} lost a change came too late
 * @property {(title: string | undefined, problem: Problem, done: () => void) => void} refused a change, or a comment when
 *     there is no title, was not accepted
 */

import { readCard } from './cards.js';
import { DISCUSSED } from './comments.js';
import { agreed, kindOf } from './conflicts.js';

/** Changes whose `before` is remembered, to tell a person what happened to them. */
const MAX_REMEMBERED = 1000;

/**
 * Each is told once; of those of one card only the last, for the others were on the way to it. Those of an earlier page are
 * among them, which may be of another board: that is told where it is shown.
 */
export class Failures {
  #board;
  #listener;
  /** Cards as they were seen before a change. @type {Map<string, Card | null>} */
  #before = new Map();
  /** @type {WeakSet<Write>} */
  #told = new WeakSet();

  /**
   * @param {string} board its name
   * @param {Listener} listener
   */
  constructor(board, listener) {
    this.#board = board;
    this.#listener = listener;
  }

  /**
   * @param {Write} write a change to a card
   * @param {Card | null} before as the person saw it
   */
  remember(write, before) {
    this.#before.set(write.idempotencyKey, before);
    if (this.#before.size > MAX_REMEMBERED) {
      this.#before.delete(this.#before.keys().next().value ?? '');
    }
  }

  /**
   * There are some. What was built upon a write fails right after it: they are looked at once all of that has happened.
   *
   * @param {Pick<import('./client.js').Tailrace, 'failures' | 'dismiss'>} client
   * @param {Cards} cards
   */
  tell(client, cards) {
    queueMicrotask(() => {
      const news = client.failures.value.filter((write) => !this.#told.has(write) && this.#isHere(write));
      for (const id of new Set(news.map(({ key, ref }) => key ?? ref))) {
        const failed = news.filter(({ key, ref }) => (key ?? ref) === id);
        failed.forEach((write) => this.#told.add(write));
        this.#explain(id, failed, cards, () => failed.forEach((write) => client.dismiss(write)));
      }
    });
  }

  /** @param {Write} write */
  #isHere({ channel }) {
    return channel === `board:${this.#board}` || channel.startsWith(`chat:${this.#board}.`);
  }

  /**
   * @param {string} key of a card, or of no card
   * @param {Write[]} failed changes to it, in their order
   * @param {Cards} cards
   * @param {() => void} done
   */
  #explain(key, failed, cards, done) {
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
        const current = standing(key, outcome.kind === 'conflict' ? outcome.current : null, cards);
        const lost = { kind: kindOf(last.type), key, card, before: this.#before.get(first.idempotencyKey), current };
        if (agreed(lost)) {
          done();
        } else {
          this.#listener.lost(lost, outcome.kind === 'expired', done);
        }
        break;
      }
      case 'refused':
        this.#listener.refused(last.key && (card?.title ?? standing(key, null, cards)?.card?.title ?? 'the card'), outcome.problem, done);
        break;
      default:
        done();
    }
  }
}

/**
 * A card as it stands, after an answer that told it.
 *
 * @param {string} key
 * @param {import('./client.js').ChannelEvent | null} told
 * @param {Cards} cards
 * @returns {Lost['current']}
 */
function standing(key, told, cards) {
  const item = cards.value.items.get(key);
  if (told && told.seq > (item?.seq ?? 0)) {
    return { revision: told.seq, card: readCard(told.type, told.data), by: told.by };
  }
  return item && typeof item.value !== 'number' ? { revision: item.seq, card: item.value, by: item.by } : null;
}
