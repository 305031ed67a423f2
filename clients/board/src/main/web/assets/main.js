// Puts the page together.

/**
 * @typedef {import('./cards.js').Card} Card
 * @typedef {import('./cards.js').Item} Item
 * @typedef {import('./pending.js').Change} Change
 * @typedef {import('./session.js').Session} Session
 */

import { byColumn } from './cards.js';
import { Crowd } from './crowd.js';
import { find } from './dom.js';
import { listenToPointer } from './drag.js';
import { Editor } from './editor.js';
import { Hand } from './hand.js';
import { Here } from './here.js';
import { uuidv7 } from './ids.js';
import { keepPage } from './install.js';
import { listenToKeys } from './keyboard.js';
import { Notices } from './notices.js';
import { People } from './people.js';
import { Pointers } from './pointers.js';
import { rankAt } from './rank.js';
import { arrive, signIn, userOf, windowName } from './session.js';
import { View } from './view.js';
import { activity, again, conflict, doing, provenance, refusal, saving, standing } from './words.js';
import { Workspace } from './workspace.js';

const DEFAULT_BOARD = 'roadmap';
const BOARD_NAME = /^[A-Za-z0-9._:-]{1,120}$/;

const name = boardName(new URLSearchParams(location.search).get('board'));
const root = find(document, '#board', HTMLElement);
const view = new View(root);
const notices = new Notices(find(document, '#notices', HTMLElement));
const channel = `board:${name}`;
const workspace = new Workspace(channel, { changed: scheduleRender, conflicted, refused, arrived, live, departed, moment });
const hand = new Hand(workspace, render, announce);
const editor = new Editor({
  save,
  remove: (shown, basis) => remove(shown.key, basis),
  editing: (key) => here?.edit(key),
  typing: () => here?.type(),
});
const people = new People();
const crowd = new Crowd(find(document, '#people', HTMLElement), root);
/** @type {Here | null} */
let here = null;
/** @type {Pointers | null} */
let pointers = null;
let token = '';
let user = '';
let scheduled = 0;

/** @param {string | null} asked */
function boardName(asked) {
  return asked && BOARD_NAME.test(asked) ? asked : DEFAULT_BOARD;
}

function scheduleRender() {
  scheduled ||= requestAnimationFrame(render);
}

function render() {
  cancelAnimationFrame(scheduled);
  scheduled = 0;
  const { condition, cards } = workspace;
  const columns = hand.lift ? hand.lift.over(cards.values()) : byColumn(cards.values());
  view.render(
    columns,
    hand.lift?.shown.key,
    (shown) => provenance(shown, user, condition),
    (key) => activity(people.about(key, user)),
  );
  crowd.show(people.members, people.count, user, (member) => doing(member, user, (key) => cards.get(key)?.card.title));
  const { tone, words } = standing(condition);
  find(document, '#status', HTMLElement).dataset.tone = tone;
  tell('#status-words', words);
  tell('#saving', saving(condition));
  const signedOut = condition.stream === 'signed-out';
  find(document, '#sign-in', HTMLElement).hidden = !signedOut;
  tell('#sign-in-words', signedOut && token ? 'The token was not accepted, or its time is over.' : '');
  root.hidden = signedOut && cards.size === 0;
}

/**
 * @param {string} selector
 * @param {string} words
 */
function tell(selector, words) {
  const element = find(document, selector, HTMLElement);
  if (element.textContent !== words) {
    element.textContent = words;
  }
}

/** @param {string} words */
function announce(words) {
  tell('#announcer', words);
}

/** @param {string} key */
function open(key) {
  const shown = workspace.cards.get(key);
  if (shown) {
    editor.open(shown, workspace.basis(key));
  }
}

/**
 * @param {import('./cards.js').Shown} shown
 * @param {Card} card
 * @param {import('./pending.js').Basis} basis
 */
function save({ key, card: before }, card, basis) {
  const moved = card.column !== before.column;
  const edited = card.title !== before.title || card.note !== before.note;
  if (moved) {
    const ranks = (byColumn(workspace.cards.values()).get(card.column) ?? []).map((shown) => shown.card.rank);
    card.rank = rankAt(ranks, ranks.length);
  }
  if (moved || edited) {
    workspace.change(edited ? 'edit' : 'move', key, before, card, basis);
  }
  view.focus(key);
}

/**
 * @param {string} key
 * @param {import('./pending.js').Basis} [basis]
 */
function remove(key, basis) {
  const card = workspace.cards.get(key)?.card;
  if (!card) {
    return;
  }
  workspace.change('remove', key, card, null, basis);
  notices.show({
    text: `Removed “${card.title}”.`,
    tone: 'plain',
    action: { label: 'Undo', run: () => void workspace.change('add', key, null, card) },
  });
}

/**
 * @param {Change[]} lost
 * @param {Item | undefined} current
 */
function conflicted(lost, current) {
  const [change] = lost;
  notices.show({
    text: conflict(lost, current, user),
    tone: 'bad',
    action: { label: again(change), run: () => void workspace.change(change.kind, change.key, current?.card ?? null, redone(change, current)) },
  });
}

/**
 * A lost change, made of what stands now: a move takes the title as it is now, an edit the place.
 *
 * @param {Change} change
 * @param {Item | undefined} current
 */
function redone({ kind, before, card }, current) {
  if (!card || !current?.card) {
    return card;
  }
  const { title, note, column, rank } = card;
  const moved = column !== before?.column || kind === 'move' ? { column, rank } : {};
  return { ...current.card, ...moved, ...(kind === 'move' ? {} : { title, note }) };
}

/**
 * @param {Change[]} lost
 * @param {import('./api.js').Problem} problem
 */
function refused(lost, problem) {
  notices.show({ text: refusal(lost, problem), tone: 'bad' });
}

/**
 * @param {import('./api.js').Api} api
 * @param {import('./nodes.js').Nodes} nodes
 */
function arrived(api, nodes) {
  here = new Here(api, channel, windowName(sessionStorage), document);
  here.start();
  pointers = new Pointers(api, nodes, channel, (changed, left) => crowd.point(changed.filter(notMine), left));
  pointers.start();
}

/** @param {{user: string}} pointer people see their other windows' cursors as they feel their own hand */
function notMine(pointer) {
  return pointer.user !== user;
}

function live() {
  people.present({ members: [] }); // whoever is here is told next
  people.forgetTyping();
  here?.wake();
}

function departed() {
  here?.stop();
  pointers?.stop();
  here = null;
  pointers = null;
  people.present({ members: [] });
  crowd.clear();
}

/**
 * @param {'presence' | 'signal'} name
 * @param {any} data
 */
function moment(name, data) {
  if (name === 'presence') {
    people.present(data);
  } else if (data.kind === 'cursor' && data.by !== user) {
    crowd.point([{ user: data.by, device: data.device, cursor: data.data ?? null }], []);
  } else {
    people.signal(data);
  }
  scheduleRender();
}

/** @param {Session | null} session */
function begin(session) {
  if (session) {
    token = session.token;
    user = userOf(token);
    workspace.connect(session);
  }
}

/** @param {SubmitEvent} event */
function compose(event) {
  const form = event.target;
  const column = form instanceof HTMLFormElement ? form.closest('section')?.dataset.column : undefined;
  if (!column) {
    return;
  }
  event.preventDefault();
  const input = find(/** @type {HTMLFormElement} */ (form), 'input', HTMLInputElement);
  const title = input.value.trim();
  if (title) {
    const ranks = (byColumn(workspace.cards.values()).get(column) ?? []).map((shown) => shown.card.rank);
    const card = { title, note: '', column, rank: rankAt(ranks, ranks.length) };
    workspace.change('add', `card:${uuidv7()}`, null, card);
    announce(`Added ${title}.`);
  }
  input.value = '';
}

const heading = name.charAt(0).toUpperCase() + name.slice(1);
tell('#title', heading);
document.title = `${heading} · Tailrace`;
listenToKeys(root, view, hand, { open, remove });
listenToPointer(root, view, hand, open);
root.addEventListener('submit', compose);
find(document, '#sign-in form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  begin(signIn(find(document, '#token', HTMLTextAreaElement).value.trim(), location, sessionStorage));
});
addEventListener('online', () => workspace.network(true));
addEventListener('offline', () => workspace.network(false));
addEventListener('hashchange', () => begin(arrive(location, history, sessionStorage)));
document.addEventListener('visibilitychange', () => {
  here?.wake();
  document.hidden || workspace.network(navigator.onLine);
});
addEventListener('pointermove', ({ clientX, clientY }) => pointers?.move(crowd.placeOf(clientX, clientY)));
document.addEventListener('pointerleave', () => pointers?.move(null));
for (const kind of ['pointerdown', 'keydown', 'pointermove']) {
  addEventListener(kind, () => here?.input(), { passive: true });
}
addEventListener('pagehide', () => here?.leave());
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
addEventListener('beforeunload', (event) => {
  if (workspace.condition.pending > 0) {
    event.preventDefault(); // what is not saved yet lives in this page only
  }
});
workspace.network(navigator.onLine);
begin(arrive(location, history, sessionStorage));
render();
keepPage();
