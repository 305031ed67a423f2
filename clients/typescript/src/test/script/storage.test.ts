import { test } from 'node:test';
import { memory } from '../../storage.ts';
import { contract } from './storages.ts';

for (const [what, holds] of Object.entries(contract)) {
  test(`in memory, ${what}`, () => holds(memory()));
}
