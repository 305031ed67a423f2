import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refused } from '../../link.ts';
import type { QueuedWrite, Write } from '../../write.ts';
import { world } from './made.ts';
import type { Card, Events, World } from './made.ts';
import { problem, settle } from './miniature.ts';

const BOARD = 'board:roadmap';
const RUNS = 150;
const STEPS = 60;
const KEYS = ['card:1', 'card:2', 'card:3'];

/** Numbers that follow from a seed (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One client, at the mercy of chance: what it writes, what is lost, doubled, delayed and reloaded. */
class Ordeal {
  readonly #random: () => number;
  readonly made: Write<Card>[] = [];
  world: World;

  constructor(seed: number) {
    this.#random = chance(seed);
    this.world = this.#enter(world());
    this.world.server.rule = ({ data }) => ((data as Card | null)?.column === 'bad' ? problem(422, 'schema-violated') : null);
  }

  get cards() {
    return this.world.tailrace.channel<Events>(BOARD).keyed<Card>();
  }

  #enter(entered: World): World {
    entered.clock.random = this.#random;
    entered.link.prompt = false;
    entered.link.fault = ({ path }) => {
      const fate = this.#random();
      if (path.endsWith('snapshot')) {
        return fate < 0.3 ? 'request lost' : null;
      }
      const passing = new Refused(503, { type: '/problems/overloaded', title: '', status: 503 }, fate < 0.7 ? 1000 : 0);
      return fate < 0.2 ? 'answer lost' : fate < 0.4 ? 'request lost' : fate < 0.5 ? passing : null;
    };
    entered.tailrace.channel<Events>(BOARD).keyed<Card>().subscribe(() => {});
    return entered;
  }

  async step(): Promise<void> {
    const { link, server, clock, tailrace } = this.world;
    const some = <T>(of: readonly T[]): T => of[Math.floor(this.#random() * of.length)]!;
    const actions: (() => unknown)[] = [
      () => this.#write(),
      () => this.#write(),
      () => server.write(BOARD, 'card.moved', { column: `ben ${server.log(BOARD).length}` }, some(KEYS)),
      () => link.deliver(1 + Math.floor(this.#random() * 3)),
      () => link.deliver(),
      () => link.follows.forEach((follow) => follow.repeat(5)),
      () => link.say(some(['offline', 'connecting', 'live'])),
      () => clock.pass(this.#random() * 5_000),
      () => (link.held ??= []),
      () => {
        link.held?.forEach((go) => go());
        link.held = null;
      },
      () => {
        if (this.#random() < 0.3) {
          server.floor = server.log(BOARD).length;
        }
      },
      async () => {
        if (this.#random() < 0.3) {
          tailrace.close();
          link.held?.forEach((go) => go());
          this.world = this.#enter(world({ before: this.world }));
        }
      },
    ];
    await some(actions)();
    await settle();
  }

  #write(): void {
    const key = KEYS[Math.floor(this.#random() * KEYS.length)]!;
    const data = { column: this.#random() < 0.1 ? 'bad' : `ada ${this.made.length}` };
    const options = this.#random() < 0.5 ? { key, ifMatch: this.cards.basis(key) } : { key };
    this.made.push(this.world.tailrace.channel<Events>(BOARD).write('card.moved', data, options));
  }

  /** The weather clears. */
  async rest(): Promise<void> {
    const { link, clock } = this.world;
    link.fault = () => null;
    link.held?.forEach((go) => go());
    link.held = null;
    link.say('connecting');
    link.say('live');
    await clock.pass(120_000);
    for (let i = 0; i < 3; i++) {
      link.deliver();
      await clock.pass(2_000);
    }
  }
}

test('R-23: whatever is lost, doubled, delayed or reloaded, a board ends as its log says', async () => {
  const seed = Number(process.env.TAILRACE_SEED ?? Date.now() % 1_000_000);
  for (let run = 0; run < RUNS; run++) {
    const ordeal = new Ordeal(seed + run);
    const told = `TAILRACE_SEED=${seed + run} repeats it`;
    for (let step = 0; step < STEPS; step++) {
      await ordeal.step();
    }
    await ordeal.rest();
    const { server, tailrace, storage } = ordeal.world;
    const log = server.log(BOARD);
    const fold = new Map(log.map((event) => [event.key!, event]));
    const { items, seq } = ordeal.cards.value;
    assert.deepEqual(tailrace.pending.value, [], told);
    const failed = tailrace.failures.value as readonly QueuedWrite[];
    assert.deepEqual((await storage.writes()).map(({ id, failure }) => [id, failure]), failed.map(({ idempotencyKey, outcome }) => [idempotencyKey, outcome]).sort(), told);
    assert.equal(seq, log.length, told);
    const state = (entries: Iterable<[string, { seq: number; by: string }]>) => [...entries].map(([key, { seq, by }]) => `${key} ${seq} ${by}`).sort();
    assert.deepEqual(state(items), state(fold), told);
    items.forEach(({ key, value, pending }) => {
      assert.equal(pending, false, told);
      assert.deepEqual(value, fold.get(key)?.data, told);
    });
    const refs = log.flatMap(({ ref }) => ref ?? []);
    assert.equal(new Set(refs).size, refs.length, `nothing is applied twice; ${told}`);
    assert.deepEqual(refs, ordeal.made.map(({ ref }) => ref).filter((ref) => refs.includes(ref)), `in the order in which they were made; ${told}`);
    for (const write of ordeal.made) {
      const { value } = write.state;
      if (value.name === 'settled') {
        assert.equal(refs.includes(write.ref), value.outcome.kind === 'committed', `what was told is true: ${JSON.stringify(value)}; ${told}`);
      }
    }
  }
  console.log(`${RUNS} ordeals of ${STEPS} steps, from seed ${seed}`);
});
