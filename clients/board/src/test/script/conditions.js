// How a connection may stand.

/** @type {import('../../main/web/assets/workspace.js').Condition} */
export const live = {
  signedIn: true,
  state: 'live',
  wasLive: true,
  refused: false,
  node: 'n1',
  reason: '',
  seq: 41,
  stale: false,
  bytes: 12_345,
  pending: 0,
};
