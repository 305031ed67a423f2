import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hue, initials, People } from '../../main/web/assets/people.js';
import { activity, doing } from '../../main/web/assets/words.js';

/** @type {(user: string, more?: object) => any} */
const member = (user, more = {}) => ({ user, state: 'active', mode: 'viewing', ...more });

/** @type {(...members: any[]) => {members: Map<string, any>, count: number}} */
const state = (...members) => ({ members: new Map(members.map((each) => [each.user, each])), count: members.length });

test('who is here is as the client has it', () => {
  const people = new People();
  people.present(state(member('ada'), member('bob')));
  people.present({ ...state(member('zoe')), count: 1_000 });
  assert.deepEqual(people.members.map(({ user }) => user), ['zoe']);
  assert.equal(people.count, 1_000);
});

test('typing is known until it ends, and never one\'s own', () => {
  const people = new People();
  people.signal({ kind: 'typing', by: 'ada', resource: 'card:1' });
  people.signal({ kind: 'typing', by: 'me', resource: 'card:1' });
  people.signal({ kind: 'wave', by: 'bob', resource: 'card:1' });
  assert.equal(activity(people.about('card:1', 'me')), 'ada is typing…');
  people.signal({ kind: 'typing', by: 'ada', resource: 'card:1', data: false });
  assert.equal(activity(people.about('card:1', 'me')), '');
});

test('who edits a card is told, unless away', () => {
  const people = new People();
  people.present(
    state(
      member('ada', { mode: 'editing', resource: 'card:1' }),
      member('bob', { mode: 'editing', resource: 'card:1', state: 'away' }),
      member('cy', { mode: 'editing', resource: 'card:2' }),
    ),
  );
  assert.equal(activity(people.about('card:1', 'me')), 'ada has it open');
  assert.equal(activity({ typing: ['a', 'b', 'c'], editing: [] }), 'a and 2 others are typing…');
});

test('people are described in words', () => {
  const title = () => 'Ship it';
  assert.equal(doing(member('ada', { mode: 'editing', resource: 'card:1' }), 'bob', title), 'ada, editing “Ship it”');
  assert.equal(doing(member('ada', { state: 'away' }), 'ada', title), 'ada (you), away');
});

test('initials and hues are made of any name', () => {
  assert.equal(initials('ada'), 'AD');
  assert.equal(initials('ada.lovelace@example.org'), 'AL');
  assert.equal(initials('😀 x'), 'X');
  assert.equal(initials('<b>'), 'B');
  assert.equal(initials('…'), '?');
  assert.ok(hue('ada') >= 0 && hue('ada') < 360);
  assert.equal(hue('ada'), hue('ada'));
});
