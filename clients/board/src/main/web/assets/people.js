// Who is here and what they do, as the frames of the channel tell it. No I/O, no DOM.

/**
 * @typedef {{user: string, state: 'active' | 'idle' | 'away', mode: 'viewing' | 'editing' | 'admin', resource?: string, devices?: number, last_seen?: string}} Member
 * @typedef {{members?: Member[], joined?: Member[], updated?: Member[], left?: {user: string}[], count?: number}} PresenceFrame
 * @typedef {{kind?: string, by: string, resource?: string, data?: unknown}} SignalFrame
 */

/** A list comes whole after each reconnection, and is then changed by what changes. */
export class People {
  /** @type {Map<string, Member>} */
  #members = new Map();
  /** @type {Map<string, Set<string>>} who types, by what they type in */
  #typing = new Map();
  #count = 0;

  /** In the order of their names. */
  get members() {
    return [...this.#members.values()].sort((a, b) => (a.user < b.user ? -1 : 1));
  }

  /** How many are here, also when not all are listed. */
  get count() {
    return Math.max(this.#count, this.#members.size);
  }

  /** @param {PresenceFrame} frame */
  present({ members, joined = [], updated = [], left = [], count }) {
    if (members) {
      this.#members = new Map();
    }
    for (const member of [...(members ?? []), ...joined, ...updated]) {
      this.#members.set(member.user, member);
    }
    for (const { user } of left) {
      this.#members.delete(user);
    }
    this.#count = count ?? 0;
  }

  /** @param {SignalFrame} frame */
  signal({ kind, by, resource = '', data }) {
    if (kind !== 'typing') {
      return;
    }
    const typists = this.#typing.get(resource) ?? new Set();
    if (data === false) {
      typists.delete(by);
    } else {
      typists.add(by);
    }
    this.#typing.set(resource, typists);
  }

  /**
   * Who else does something about a resource, such as a card.
   *
   * @param {string} resource
   * @param {string} user not this one
   */
  about(resource, user) {
    const typing = [...(this.#typing.get(resource) ?? [])].filter((each) => each !== user);
    const editing = this.members
      .filter((each) => each.user !== user && each.resource === resource && each.mode !== 'viewing' && each.state !== 'away')
      .map((each) => each.user);
    return { typing, editing };
  }

  /** Nobody is known to type any more: signals may have been lost. */
  forgetTyping() {
    this.#typing.clear();
  }
}

/**
 * One or two letters for a name.
 *
 * @param {string} user
 */
export function initials(user) {
  const words = user.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const [first = '?', second] = words;
  const letters = second ? [first, second].map((word) => [...word][0]) : [...first].slice(0, 2);
  return letters.join('').toUpperCase();
}

/**
 * The same hue for a name everywhere, in degrees.
 *
 * @param {string} user
 */
export function hue(user) {
  let hash = 7;
  for (const char of user) {
    hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  }
  return hash;
}
