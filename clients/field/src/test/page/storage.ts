// Asks the browser's own storage what every storage is asked.

import { indexedDb } from '../../../../typescript/src/index.ts';
import { contract, sharedContract } from '../../../../typescript/src/test/script/storages.ts';

let made = 0;

/** Runs all of it, and answers what does not hold. */
async function broken(): Promise<string[]> {
  const faults: string[] = [];
  const attempt = async (what: string, holds: () => Promise<void>) => {
    await holds().catch((error: unknown) => faults.push(`${what}: ${error}`));
  };
  for (const [what, holds] of Object.entries(contract)) {
    await attempt(what, () => holds(indexedDb(`contract ${++made}`)));
  }
  for (const [what, holds] of Object.entries(sharedContract)) {
    const name = `contract ${++made}`;
    await attempt(what, () => holds(indexedDb(name), indexedDb(name)));
  }
  return faults;
}

Object.assign(globalThis, { page: { broken, count: Object.keys(contract).length + Object.keys(sharedContract).length } });
