// Places between places: strings that sort by code unit, so that moving one card writes one card.

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const WELL_FORMED = /^[0-9A-Za-z]*[1-9A-Za-z]$/;

/**
 * Order by code units, the same in every browser and language.
 *
 * @param {string} a
 * @param {string} b
 */
export function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * A rank after `low` and before `high`, as short as can be. Never ends in `0`, so there is always room before it.
 *
 * @param {string} low '' for the beginning
 * @param {string | null} high null for the end; greater than `low`
 * @returns {string}
 */
export function between(low, high) {
  let prefix = '';
  for (let i = 0; ; i++) {
    const from = i < low.length ? DIGITS.indexOf(low[i]) : 0;
    const to = high !== null && i < high.length ? DIGITS.indexOf(high[i]) : DIGITS.length;
    if (to - from > 1) {
      return prefix + DIGITS[Math.floor((from + to) / 2)];
    }
    prefix += DIGITS[from];
    if (to > from) {
      high = null; // below `high` already, whatever follows
    }
  }
}

/**
 * The rank that puts a card at `index` among cards of these ranks, which stand in order. Ranks that two people gave at
 * once may be equal: there the card goes after all the equals.
 *
 * @param {string[]} ranks
 * @param {number} index from 0 (first) to `ranks.length` (last)
 * @returns {string}
 */
export function rankAt(ranks, index) {
  const low = index > 0 ? wellFormed(ranks[index - 1]) : '';
  const high = ranks.slice(index).find((rank) => WELL_FORMED.test(rank) && rank > low);
  return between(low, high ?? null);
}

/**
 * What another client wrote as a rank may be anything; the nearest thing that we can count with.
 *
 * @param {string} rank
 */
function wellFormed(rank) {
  const digits = /^[0-9A-Za-z]*/.exec(rank)?.[0] ?? '';
  return digits.replace(/0+$/, '');
}
