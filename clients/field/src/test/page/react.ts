// A board of a few lines in React, in strict mode, where every effect runs twice.

import { connect, indexedDb } from '@tailrace/client';
import { TailraceProvider, useChannel, useConnection, useKeyed, usePending, usePresence, useRecent } from '@tailrace/react';
import { createElement as h, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

interface Card {
  readonly column: string;
}

interface Events {
  readonly 'card.moved': Card;
}

const { token, board, chat } = Object.fromEntries(new URLSearchParams(location.hash.slice(1))) as Record<string, string>;
const client = connect({ url: location.origin, token: token!, client: 'react/1', share: false, storage: indexedDb(`react ${token!.slice(-10)}`) });

function Connection() {
  const { name } = useConnection();
  const pending = usePending();
  return h('p', { id: 'connection' }, `${name}, ${pending.length} pending`);
}

function Cards() {
  const { items, stale, channel, replica } = useKeyed<Card, Events>(board!);
  const move = (key: string, column: string) => channel.write('card.moved', { column }, { key, ifMatch: replica.basis(key) });
  return h(
    'section',
    { id: 'cards', 'data-stale': stale },
    h('button', { id: 'add', onClick: () => move(`card:${items.size + 1}`, 'now') }, 'Add'),
    [...items.values()].map(({ key, value, pending, conflict }) =>
      h(
        'button',
        { key, id: key, className: pending ? 'pending' : conflict ? 'conflict' : 'card', onClick: () => move(key, `${value.column}!`) },
        `${key} ${value.column}`,
      ),
    ),
  );
}

function Chat() {
  const { items, channel } = useRecent<string>(chat!, { limit: 20 });
  return h(
    'section',
    { id: 'chat' },
    h('button', { id: 'say', onClick: () => channel.write('said', 'hello') }, 'Say'),
    [...items.values()].map(({ key, value, by }) => h('p', { key }, `${by}: ${value}`)),
  );
}

function Crowd() {
  const [mode, setMode] = useState<'viewing' | 'editing'>('viewing');
  const { members, count } = usePresence(board!, { mode });
  return h('p', { id: 'crowd', onClick: () => setMode('editing') }, `${count}: ${[...members.values()].map((member) => `${member.user} ${member.mode}`).join(', ')}`);
}

function Heard() {
  const [heard, setHeard] = useState('');
  const channel = useChannel<Events>(board!, { event: ({ data }) => setHeard(data.column), signal: ({ kind }) => setHeard(kind ?? '') });
  return h('p', { id: 'heard', onClick: () => channel.typing('card:1') }, heard);
}

function App() {
  const [shown, setShown] = useState(true);
  const parts = shown ? [h(Cards, { key: 1 }), h(Chat, { key: 2 }), h(Crowd, { key: 3 }), h(Heard, { key: 4 })] : [];
  return h(TailraceProvider, { client }, h(Connection), h('button', { id: 'toggle', onClick: () => setShown(!shown) }, 'Toggle'), parts);
}

createRoot(document.body).render(h(StrictMode, null, h(App)));
