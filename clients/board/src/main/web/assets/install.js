// Has the page kept for times without a network.

const SHELL = '/shell.js';

/**
 * Starts the service worker, where there are any: they need TLS or one's own machine. Without one the page works as well,
 * but not when it is opened offline.
 */
export async function keepPage() {
  try {
    await navigator.serviceWorker?.register(/** @type {any} */ (trusted(SHELL)));
  } catch (fault) {
    console.info('This page is not kept for offline use:', fault);
  }
}

/**
 * The page's policy wants addresses of scripts from a trusted source: this one passes one address only.
 *
 * @param {string} address
 */
function trusted(address) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  const policy = types?.createPolicy('tailrace-shell', {
    createScriptURL: (/** @type {string} */ asked) => {
      if (asked !== SHELL) {
        throw new TypeError(`no script of ours: ${asked}`);
      }
      return asked;
    },
  });
  return policy ? policy.createScriptURL(address) : address;
}
