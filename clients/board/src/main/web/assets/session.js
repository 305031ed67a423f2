// Who is signed in here, and at which nodes. Kept for this window, and for windows that are opened later.

const STORED = 'tailrace.session';
const WINDOW = 'tailrace.window';

/**
 * @typedef {{token: string, nodes: string[]}} Session `nodes` are origins, the page's own first; never empty
 * @typedef {{window: Storage, device: Storage}} Stores this window's, which a reload outlives, and the device's, so that a
 *     window opened without a network knows whose it is
 */

/**
 * Takes `#token=…&nodes=…` out of the address, or else what this window had before a reload, or else what the last one
 * that signed in had. A link that names nodes must bring the token that goes to them: no link can send somebody's own
 * token elsewhere.
 *
 * @param {Location} location
 * @param {History} history
 * @param {Stores} stores
 * @returns {Session | null} null: nobody is signed in
 */
export function arrive(location, history, stores) {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token')?.trim();
  if (token) {
    history.replaceState(null, '', location.pathname + location.search);
    return keep({ token, nodes: nodesOf(fragment.get('nodes'), location.origin) }, stores);
  }
  return kept(stores.window, location) ?? kept(stores.device, location);
}

/**
 * A token that was pasted: it goes to the page's own node and to no other.
 *
 * @param {string} token
 * @param {Location} location
 * @param {Stores} stores
 * @returns {Session}
 */
export function signIn(token, location, stores) {
  return keep({ token, nodes: [location.origin] }, stores);
}

/**
 * Forgets who was signed in, in this window and for windows to come.
 *
 * @param {Stores} stores
 */
export function signOut(stores) {
  stores.window.removeItem(STORED);
  stores.device.removeItem(STORED);
}

/**
 * Calls back when another window signs out.
 *
 * @param {(user: string) => void} run told who it was
 */
export function onSignOut(run) {
  addEventListener('storage', ({ key, oldValue, newValue }) => {
    if (key === STORED && oldValue !== null && newValue === null) {
      run(userOf(String(JSON.parse(oldValue).token)));
    }
  });
}

/**
 * The user that a token names, for display and as a name for what is kept: whether it is true is the server's to say.
 *
 * @param {string} token
 */
export function userOf(token) {
  return claim(token, 'sub');
}

/**
 * What is kept on this device is kept under this name: apart for each person, so that two windows may be two people.
 *
 * @param {string} token
 */
export function drawerOf(token) {
  return `tailrace-board ${JSON.stringify([claim(token, 'tenant'), claim(token, 'sub')])}`;
}

/**
 * @param {string} token
 * @param {string} name
 */
function claim(token, name) {
  try {
    const payload = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    return String(JSON.parse(new TextDecoder().decode(bytes))[name] ?? '');
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
 * @param {Stores} stores
 */
function keep(session, { window, device }) {
  const text = JSON.stringify({ token: session.token, nodes: session.nodes.join(',') });
  window.setItem(STORED, text);
  device.setItem(STORED, text);
  return session;
}

/**
 * @param {Storage} storage
 * @param {Location} location
 * @returns {Session | null}
 */
function kept(storage, location) {
  try {
    const found = JSON.parse(storage.getItem(STORED) ?? 'null');
    return typeof found?.token === 'string' ? { token: found.token, nodes: nodesOf(found.nodes, location.origin) } : null;
  } catch {
    return null;
  }
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
