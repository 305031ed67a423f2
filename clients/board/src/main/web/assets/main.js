// Puts the page together.

/**
 * @typedef {import('./cards.js').Card} Card
 * @typedef {import('./conflicts.js').Lost} Lost
 * @typedef {import('./session.js').Session} Session
 */

import { byColumn, newKey } from './cards.js';
import { connect, indexedDb } from './client.js';
import { conversationOf } from './comments.js';
import { redone } from './conflicts.js';
import { Crowd } from './crowd.js';
import { find, put } from './dom.js';
import { listenToPointer } from './drag.js';
import { Editor } from './editor.js';
import { Hand } from './hand.js';
import { keepPage, trustOurScripts } from './install.js';
import { listenToKeys } from './keyboard.js';
import { Notices } from './notices.js';
import { Panel } from './panel.js';
import { rankAt } from './rank.js';
import { again, conflict, expiry, refusal, versions } from './regrets.js';
import { arrive, drawerOf, onSignOut, signIn, signOut, userOf, windowName } from './session.js';
import { Talk } from './talk.js';
import { View } from './view.js';
import { activity, authorship, doing, lockedOut, provenance, saving, standing, talk as talkWords } from './words.js';
import { Workspace } from './workspace.js';

const DEFAULT_BOARD = 'roadmap';
const BOARD_NAME = /^[A-Za-z0-9._:-]{1,120}$/;

const stores = { window: sessionStorage, device: localStorage };
const name = boardName(new URLSearchParams(location.search).get('board'));
const root = find(document, '#board', HTMLElement);
const view = new View(root);
const notices = new Notices(find(document, '#notices', HTMLElement));
const workspace = new Workspace(name, clientOf, { changed: scheduleRender, lost, refused, pointed: (pointers) => crowd.point(pointers, user) });
const hand = new Hand(workspace, render, announce);
const editor = new Editor({ save, remove: (shown, basis) => remove(shown.key, basis), editing, typing });
const talk = new Talk({ say: (key, text) => workspace.conversation.say(key, text), typing });
const panel = new Panel(leave);
const crowd = new Crowd(find(document, '#people', HTMLElement), root);
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
  const { condition, cards, people } = workspace;
  const columns = hand.lift ? hand.lift.over(cards.values()) : byColumn(cards.values());
  view.render(
    columns,
    hand.lift?.shown.key,
    (shown) => provenance(shown, user, condition),
    (key) => activity(people.about(key, user)),
  );
  const members = condition.refused ? [] : people.members;
  crowd.show(members, condition.refused ? 0 : people.count, user, (member) => doing(member, user, (key) => cards.get(key)?.card.title));
  find(document, '#people', HTMLElement).classList.toggle('past', condition.stale);
  const { comments, state } = workspace.conversation;
  talk.show(comments, (comment) => authorship(comment, user, condition), talkWords(comments.length, state), state !== 'loading');
  panel.show(condition, user);
  const { tone, words } = standing(condition);
  find(document, '#status', HTMLElement).dataset.tone = tone;
  tell('#status-words', words);
  tell('#saving', saving(condition));
  const locked = !condition.signedIn || condition.refused || condition.state === 'unauthorized';
  find(document, '#sign-in', HTMLElement).hidden = !locked;
  tell('#sign-in-words', locked ? lockedOut(condition) : '');
  root.hidden = locked && cards.size === 0;
  workspace.rendered();
}

/**
 * @param {string} selector
 * @param {string} words
 */
function tell(selector, words) {
  put(find(document, selector, HTMLElement), words);
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
 * @param {import('./workspace.js').Basis} basis
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
 * @param {import('./workspace.js').Basis} [basis]
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
 * @param {Lost} lost
 * @param {boolean} expired
 * @param {() => void} done the person has answered
 */
function lost(lost, expired, done) {
  notices.show({
    text: expired ? expiry(lost) : conflict(lost, user),
    tone: 'bad',
    versions: versions(lost, user),
    action: { label: again(lost), run: () => void workspace.change(lost.kind, lost.key, lost.current?.card ?? null, redone(lost), lost.current?.revision || '0') },
    dismiss: 'Leave it as it is',
    done,
  });
}

/**
 * @param {string | undefined} title of the card; undefined: it was a comment
 * @param {import('./client.js').Problem} problem
 * @param {() => void} done
 */
function refused(title, problem, done) {
  notices.show({ text: refusal(title, problem), tone: 'bad', done });
}

/** @param {string} key which card is open; empty: none */
function editing(key) {
  workspace.here?.edit(key);
  if (key) {
    talk.open(key, conversationOf(name, key) !== null);
    workspace.conversation.open(key);
  } else {
    talk.close();
    workspace.conversation.open('');
  }
}

function typing() {
  workspace.here?.type();
}

/** @param {Session} session */
function clientOf({ token, nodes }) {
  return connect({ url: nodes, token, client: 'board/1', device: windowName(sessionStorage), storage: indexedDb(drawerOf(token)) });
}

/** @param {Session | null} session */
function begin(session) {
  if (session) {
    user = userOf(session.token);
    workspace.connect(session);
  }
}

async function leave() {
  signOut(stores);
  user = '';
  editor.close();
  talk.clear();
  notices.clear();
  await workspace.signOut();
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
    workspace.change('add', newKey(), null, card);
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
  begin(signIn(find(document, '#token', HTMLTextAreaElement).value.trim(), location, stores));
});
onSignOut((who) => who === user && leave());
addEventListener('hashchange', () => begin(arrive(location, history, stores)));
document.addEventListener('visibilitychange', () => workspace.here?.wake());
addEventListener('pointermove', ({ clientX, clientY }) => workspace.point(crowd.placeOf(clientX, clientY)));
document.addEventListener('pointerleave', () => workspace.point(null));
for (const kind of ['pointerdown', 'keydown', 'pointermove']) {
  addEventListener(kind, () => workspace.here?.input(), { passive: true });
}
addEventListener('pagehide', () => workspace.here?.leave());
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
trustOurScripts();
begin(arrive(location, history, stores));
render();
keepPage();
