// Who is here and what they do, as the frames of the channel tell it. No I/O, no DOM.

/**
 * @typedef {Pick<import('./client.js').PresentMember, 'user' | 'state' | 'mode' | 'resource'>} Member
 * @typedef {Pick<import('./client.js').SignalFrame, 'kind' | 'by' | 'resource' | 'data'>} SignalFrame
 */

export class People {
  /** @type {readonly Member[]} in the order of their names */
  members = [];
  /** How many are here, also when not all are listed. */
  count = 0;
  /** @type {Map<string, Set<string>>} who types, by what they type in */
  #typing = new Map();

  /** @param {{members: ReadonlyMap<string, Member>, count: number}} state */
  present({ members, count }) {
    this.members = [...members.values()];
    this.count = count;
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
