// How long other people's changes take from commit to this screen. For whoever measures: by the clocks of server and page,
// which on one machine are one.

/** Measures of this name are found in the page's performance timeline. */
const NAME = 'commit-to-render';
/** So many are kept. */
const MAX_KEPT = 1000;

export class Latency {
  #seq = 0;
  /** @type {string[]} when what is about to be rendered was committed */
  #committed = [];

  /** @param {import('./client.js').ReplicaState<unknown>} state */
  advanced({ items, seq, stale }) {
    if (!stale && this.#seq > 0) {
      for (const item of items.values()) {
        if (item.seq > this.#seq && !item.pending) {
          this.#committed.push(item.at);
        }
      }
    }
    this.#seq = seq;
  }

  /** All that was told is on the screen. */
  rendered() {
    const end = performance.now();
    for (const at of this.#committed.splice(0)) {
      const start = Date.parse(at) - performance.timeOrigin;
      if (start >= 0 && start <= end) {
        performance.measure(NAME, { start, end });
      }
    }
    if (performance.getEntriesByName(NAME).length > MAX_KEPT) {
      performance.clearMeasures(NAME);
    }
  }
}
