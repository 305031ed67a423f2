import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Here } from '../../main/web/assets/here.js';

function present() {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  /** @type {string[]} */
  const said = [];
  const page = { hidden: false };
  const room = {
    presence: {
      join: (/** @type {any} */ { state, mode, resource = '' }) => said.push(`${state} ${mode} ${resource}`.trim()),
      leave: async () => void said.push('left'),
    },
    typing: (resource = '', on = true) => said.push(`${on ? 'types in' : 'ended'} ${resource}`),
  };
  return { here: new Here(/** @type {any} */ (room), page), page, said };
}

test('a window that is opened is here', () => {
  const { here, said } = present();
  here.input();
  here.wake();
  assert.deepEqual(said, ['active viewing']);
});

test('a hidden tab is away at once, and back at once', () => {
  const { here, page, said } = present();
  page.hidden = true;
  here.wake();
  page.hidden = false;
  here.wake();
  assert.deepEqual(said.slice(1), ['away viewing', 'active viewing']);
});

test('who does nothing for a minute becomes idle, and is active again at the first touch', () => {
  const { here, said } = present();
  mock.timers.tick(30_000);
  here.input();
  mock.timers.tick(59_999);
  assert.deepEqual(said, ['active viewing']);
  mock.timers.tick(1);
  here.input();
  assert.deepEqual(said.slice(1), ['idle viewing', 'active viewing']);
});

test('editing is said at once, and typing and its end', () => {
  const { here, said } = present();
  here.type();
  here.edit('card:1');
  here.type();
  here.edit('');
  assert.deepEqual(said.slice(1), ['active editing card:1', 'types in card:1', 'ended card:1', 'active viewing']);
});

test('who has left says nothing more', () => {
  const { here, said } = present();
  here.leave();
  here.input();
  mock.timers.tick(120_000);
  assert.deepEqual(said, ['active viewing', 'left']);
});
