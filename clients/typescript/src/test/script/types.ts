// What the types let pass and what they do not; only the type checker reads this.

import type { Channel, Conflict, ConnectionState, Failure, Outcome, Tailrace, Write, WriteState } from '../../index.ts';

interface Card {
  readonly column: string;
}

interface Events {
  readonly 'card.moved': Card;
  readonly 'card.removed': null;
}

declare const tailrace: Tailrace;
declare const anything: Channel;
const board = tailrace.channel<Events>('board:roadmap');

const never = (value: never): never => value;

export function writes(): void {
  const write: Write<Card> = board.write('card.moved', { column: 'now' }, { key: 'card:7', ifMatch: '0' });
  board.write('card.removed', null, { ifMatch: write });
  board.write('card.removed', null, { ifMatch: 41 });
  anything.write('whatever', { of: 'any kind' });
  // @ts-expect-error no such type
  board.write('card.lost', null);
  // @ts-expect-error not its data
  board.write('card.moved', { column: 1 });
  // @ts-expect-error a text that is no zero
  board.write('card.removed', null, { ifMatch: '41' });
}

export function events(): void {
  board.subscribe({
    event(event) {
      if (event.type === 'card.moved') {
        const { column }: Card = event.data;
        void column;
      } else {
        const gone: null = event.data;
        void gone;
      }
      // @ts-expect-error not told apart yet
      void event.data.column;
    },
  });
}

export function states(): void {
  const cards = board.keyed({ read: ({ type, data }) => (type === 'card.removed' ? null : data) });
  const item = cards.value.items.get('card:7');
  const column: string | undefined = item?.value.column;
  const conflict: Conflict | undefined = item?.conflict;
  board.write('card.removed', null, { ifMatch: cards.basis('card:7') });
  // @ts-expect-error what is shown is changed by writing
  cards.value.items.set('card:7', item!);
  void [column, conflict];
}

/** Each switch is exhaustive: a kind that is added has to be answered here. */
export function outcomes(outcome: Outcome<Card>, state: WriteState<Card>, connection: ConnectionState, failure: Failure): unknown {
  switch (outcome.kind) {
    case 'committed':
      return outcome.receipt.data.column;
    case 'passed':
      return null;
    case 'conflict':
      return outcome.current?.seq;
    case 'refused':
    case 'expired':
      return outcome.problem.type;
    default:
      never(outcome);
  }
  switch (state.name) {
    case 'queued':
    case 'sending':
      return null;
    case 'retrying':
      return state.at;
    case 'settled':
      return state.outcome;
    default:
      never(state);
  }
  switch (connection.name) {
    case 'connecting':
    case 'live':
    case 'catching-up':
    case 'degraded':
    case 'polling':
    case 'offline':
    case 'unauthorized':
      return connection.since;
    default:
      never(connection.name);
  }
  // @ts-expect-error a failure is no commit
  return failure.kind === 'committed';
}
