// Who is signed in here, and at which nodes. Kept for this window only.

const STORED = 'tailrace.session';
const WINDOW = 'tailrace.window';

/**
 * @typedef {{token: string, nodes: string[]}} Session `nodes` are origins, the page's own first; never empty
 */

/**
 * Takes `#token=…&nodes=…` out of the address, or else what this window had before a reload. A link that names nodes
 * must bring the token that goes to them: no link can send somebody's own token elsewhere.
 *
 * @param {Location} location
 * @param {History} history
 * @param {Storage} storage
 * @returns {Session | null} null: nobody is signed in
 */
export function arrive(location, history, storage) {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token')?.trim();
  if (token) {
    history.replaceState(null, '', location.pathname + location.search);
    return keep({ token, nodes: nodesOf(fragment.get('nodes'), location.origin) }, storage);
  }
  try {
    const kept = JSON.parse(storage.getItem(STORED) ?? 'null');
    return typeof kept?.token === 'string' ? { token: kept.token, nodes: nodesOf(kept.nodes, location.origin) } : null;
  } catch {
    return null;
  }
}

/**
 * A token that was pasted: it goes to the page's own node and to no other.
 *
 * @param {string} token
 * @param {Location} location
 * @param {Storage} storage
 * @returns {Session}
 */
export function signIn(token, location, storage) {
  return keep({ token, nodes: [location.origin] }, storage);
}

/**
 * The user that a token names, for display only: whether it is true is the server's to say.
 *
 * @param {string} token
 */
export function userOf(token) {
  try {
    const payload = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    return String(JSON.parse(new TextDecoder().decode(bytes)).sub ?? '');
  } catch {
    return '';
  }
}

/**
 * A name of this window, by which its owner's windows are told apart.
 *
 * @param {Storage} storage
 */
export function windowName(storage) {
  const name = storage.getItem(WINDOW) ?? crypto.getRandomValues(new Uint32Array(2)).join('-');
  storage.setItem(WINDOW, name);
  return name;
}

/**
 * @param {Session} session
 * @param {Storage} storage
 */
function keep(session, storage) {
  storage.setItem(STORED, JSON.stringify({ token: session.token, nodes: session.nodes.join(',') }));
  return session;
}

/**
 * @param {string | null} list origins, separated by commas
 * @param {string} own
 */
function nodesOf(list, own) {
  const origins = (list ?? '').split(',').flatMap((text) => {
    try {
      const url = new URL(text.trim());
      return /^https?:$/.test(url.protocol) ? [url.origin] : [];
    } catch {
      return [];
    }
  });
  return [...new Set([own, ...origins])];
}
