// One person's window on the board: what is agreed, what is on its way, and how the connection stands.

/**
 * @typedef {import('./api.js').Refused} Refused
 * @typedef {import('./api.js').Problem} Problem
 * @typedef {import('./board.js').ChannelEvent} ChannelEvent
 * @typedef {import('./cards.js').Card} Card
 * @typedef {import('./cards.js').Item} Item
 * @typedef {import('./pending.js').Basis} Basis
 * @typedef {import('./pending.js').Change} Change
 * @typedef {import('./pending.js').Kind} Kind
 * @typedef {import('./session.js').Session} Session
 *
 * @typedef {object} Condition
 * @property {'signed-out' | 'forbidden' | 'connecting' | 'live' | 'reconnecting'} stream
 * @property {boolean} catchingUp
 * @property {boolean} online as the browser has it
 * @property {number} pending changes that have no answer yet
 * @property {boolean} waiting whether the last attempt to send one failed
 * @property {string} node the node that serves the stream
 *
 * @typedef {object} Listener
 * @property {() => void} changed cards or condition
 * @property {(lost: Change[], current: Item | undefined) => void} conflicted another write came first
 * @property {(lost: Change[], problem: Problem) => void} refused
 * @property {(api: Api, nodes: Nodes) => void} arrived there is a session that may read the board
 * @property {() => void} live the stream is open, anew
 * @property {() => void} departed the session is over
 * @property {(name: 'presence' | 'signal', data: any) => void} moment something that is not kept
 */

import { Api } from './api.js';
import { Board, itemOf } from './board.js';
import { uuidv7 } from './ids.js';
import { Nodes } from './nodes.js';
import { Pending } from './pending.js';
import { Replica } from './replica.js';
import { Sender } from './sender.js';
import { Tail } from './tail.js';

/** Lives as long as the page. Sessions come and go; what is pending stays. */
export class Workspace {
  #channel;
  #listener;
  #pending = new Pending();
  #board = new Board();
  /** @type {Connection | null} */
  #connection = null;
  /** @type {Condition} */
  #condition = { stream: 'signed-out', catchingUp: false, online: true, pending: 0, waiting: false, node: '' };

  /**
   * @param {string} channel
   * @param {Listener} listener
   */
  constructor(channel, listener) {
    this.#channel = channel;
    this.#listener = listener;
  }

  /** @returns {Readonly<Condition>} */
  get condition() {
    return { ...this.#condition, pending: this.#pending.size };
  }

  /** The cards as this window shows them, by key. */
  get cards() {
    return this.#pending.over(this.#board);
  }

  /**
   * What a change decided now would be based on: taken when a person begins to drag or to edit, not when they end.
   *
   * @param {string} key
   * @returns {Basis}
   */
  basis(key) {
    return this.#pending.basis(this.#board, key);
  }

  /**
   * Changes a card: here at once, at the server as soon as it can be reached.
   *
   * @param {Kind} kind
   * @param {string} key
   * @param {Card | null} before as the person saw it
   * @param {Card | null} card as it is to be; null: removed
   * @param {Basis} [basis]
   * @returns {Change}
   */
  change(kind, key, before, card, basis = this.basis(key)) {
    const change = { id: uuidv7(), key, kind, before, card, basis };
    this.#pending.add(change);
    this.#connection?.sender.wake();
    this.#listener.changed();
    return change;
  }

  /**
   * Follows the channel with this session, and sends what waited for one.
   *
   * @param {Session} session
   */
  async connect(session) {
    this.disconnect('connecting');
    const nodes = new Nodes(session.nodes);
    const api = new Api(nodes, session.token);
    const connection = { api, replica: this.#replica(api), sender: this.#sender(api), tail: /** @type {Tail?} */ (null) };
    this.#connection = connection;
    const readable = await connection.replica.start();
    if (readable && this.#connection === connection) {
      connection.tail = this.#tail(api, nodes, connection.replica);
      connection.tail.open();
      this.#listener.arrived(api, nodes);
      connection.sender.wake();
    }
  }

  /** @param {Condition['stream']} stream what it is called now */
  disconnect(stream) {
    this.#connection?.api.close();
    this.#connection?.sender.stop();
    this.#connection?.tail?.close();
    if (this.#connection) {
      this.#listener.departed();
    }
    this.#connection = null;
    this.#note({ stream, catchingUp: false, waiting: false });
  }

  /**
   * The browser says whether there is a network, or that the page can be seen again.
   *
   * @param {boolean} online
   */
  network(online) {
    this.#note({ online });
    if (online) {
      this.#connection?.replica.wake();
      this.#connection?.tail?.wake();
      this.#connection?.sender.wake();
    }
  }

  /** @param {Api} api */
  #replica(api) {
    return new Replica(api, this.#channel, {
      advanced: (board, events, fresh) => this.#advanced(board, events, fresh),
      catchingUp: (catchingUp) => this.#note({ catchingUp }),
      refused: (refused) => this.#shut(api, refused.status),
    });
  }

  /** @param {Api} api */
  #sender(api) {
    return new Sender(api, this.#channel, this.#pending, {
      acknowledged: (receipt) => {
        this.#pending.settle(receipt, itemOf(receipt));
        this.#advanced(this.#board, [], false);
      },
      conflicted: (change, current) => {
        const item = current && itemOf(current);
        const lost = this.#pending.drop(change, item);
        this.#advanced(this.#board, [], false);
        this.#listener.conflicted(lost, item);
      },
      refused: (change, problem) => {
        const lost = this.#pending.drop(change);
        this.#listener.changed();
        this.#listener.refused(lost, problem);
      },
      waiting: (waiting) => this.#note({ waiting }),
      signedOut: () => this.#shut(api, 401),
    });
  }

  /**
   * @param {Api} api
   * @param {Nodes} nodes
   * @param {Replica} replica
   */
  #tail(api, nodes, replica) {
    return new Tail(api, nodes, this.#channel, replica.position, {
      event: (event) => replica.receive(event),
      live: (node) => {
        this.#note({ stream: 'live', node });
        this.#listener.live();
        replica.wake();
        this.#connection?.sender.wake();
      },
      lost: () => this.#note({ stream: 'reconnecting' }),
      snapshotRequired: () => replica.snapshotRequired(),
      moment: (name, data) => this.#listener.moment(name, data),
      refused: (refused) => this.#shut(api, refused.status),
    });
  }

  /**
   * @param {Board} board
   * @param {ChannelEvent[]} events that it has now and had not before
   * @param {boolean} fresh
   */
  #advanced(board, events, fresh) {
    this.#board = board;
    if (fresh) {
      this.#pending.forget();
    }
    const settled = events.filter((event) => this.#pending.settle(event, itemOf(event)));
    if (settled.length > 0) {
      this.#connection?.sender.wake();
    }
    this.#pending.reached(board.seq);
    this.#listener.changed();
  }

  /**
   * The server will not have this session, or not on this board.
   *
   * @param {Api} api of that session
   * @param {number} status
   */
  #shut(api, status) {
    if (this.#connection?.api === api) {
      this.disconnect(status === 401 ? 'signed-out' : 'forbidden');
    }
  }

  /** @param {Partial<Condition>} news */
  #note(news) {
    Object.assign(this.#condition, news);
    this.#listener.changed();
  }
}

/** @typedef {{api: Api, replica: Replica, sender: Sender, tail: Tail | null}} Connection */
