import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Here } from '../../main/web/assets/here.js';

/** Lets everything that is due happen, and time pass. */
async function pass(/** @type {number} */ ms) {
  await new Promise((resolve) => setImmediate(resolve));
  mock.timers.tick(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

async function present(answer = { kind: 'ok', body: { heartbeat_ms: 30_000, ttl_ms: 90_000 } }) {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  /** @type {string[]} */
  const sent = [];
  const api = {
    attempt: async (/** @type {string} */ method, /** @type {string} */ path, /** @type {any} */ { body } = {}) => {
      const what = body?.kind ? `${body.kind} ${body.data ?? ''}` : body ? `${body.state} ${body.mode} ${body.resource ?? ''}` : '';
      sent.push(`${method} ${path.split('/').pop()?.split('?')[0]} ${what}`.trim());
      return answer;
    },
  };
  const page = { hidden: false };
  const here = new Here(/** @type {any} */ (api), 'board:x', 'w1', page);
  here.start();
  await pass(0);
  return { here, page, sent };
}

test('a window beats as often as it is told to', async () => {
  const { here, sent } = await present();
  assert.deepEqual(sent, ['PUT presence active viewing']);
  here.input();
  await pass(30_000);
  assert.equal(sent.length, 2);
  here.stop();
  await pass(120_000);
  assert.equal(sent.length, 2);
});

test('a hidden tab is away at once, and back at once', async () => {
  const { here, page, sent } = await present();
  page.hidden = true;
  here.wake();
  await pass(0);
  page.hidden = false;
  here.wake();
  await pass(0);
  assert.deepEqual(sent.slice(1), ['PUT presence away viewing', 'PUT presence active viewing']);
});

test('who does nothing becomes idle', async () => {
  const { sent } = await present();
  for (let i = 0; i < 4; i++) {
    await pass(30_000);
  }
  assert.equal(sent.at(-1), 'PUT presence idle viewing');
});

test('editing is said at once, typing now and then, and its end', async () => {
  const { here, sent } = await present();
  here.type();
  here.edit('card:1');
  await pass(0);
  here.type();
  here.type();
  await pass(1_000);
  here.type();
  await pass(2_500);
  here.type();
  here.edit('');
  await pass(0);
  assert.deepEqual(sent.slice(1), [
    'PUT presence active editing card:1',
    'POST signals typing',
    'POST signals typing',
    'POST signals typing false',
    'PUT presence active viewing',
  ]);
});

test('where presence is not offered nothing more is said', async () => {
  const { sent } = await present(/** @type {any} */ ({ kind: 'refused', status: 409, problem: {} }));
  await pass(120_000);
  assert.equal(sent.length, 1);
});
