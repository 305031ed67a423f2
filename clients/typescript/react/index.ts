// @tailrace/react: what a client knows, as hooks. Each component is drawn again for what it looks at, and for nothing else.

import type {
  Channel,
  ConnectionState,
  EventMap,
  EventOf,
  Here,
  KeyedOptions,
  Listener,
  Observable,
  Presence,
  PresenceState,
  RecentOptions,
  Replica,
  ReplicaState,
  Tailrace,
  Write,
} from '@tailrace/client';
import { createContext, createElement, useCallback, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { ReactElement, ReactNode } from 'react';

const Client = createContext<Tailrace | null>(null);

export interface TailraceProviderProps {
  /** Made by `connect`, outside of any component: it lives longer than they do. */
  readonly client: Tailrace;
  readonly children?: ReactNode;
}

/** Gives the components below it a client. */
export function TailraceProvider({ client, children }: TailraceProviderProps): ReactElement {
  return createElement(Client.Provider, { value: client }, children);
}

/** The client of the nearest provider. @throws Error when there is none */
export function useTailrace(): Tailrace {
  const client = useContext(Client);
  if (!client) {
    throw new Error('there is no <TailraceProvider> around this component');
  }
  return client;
}

/** The value of an observable as it is. */
export function useObservable<T>(observable: Observable<T>): T {
  const subscribe = useCallback((changed: () => void) => observable.subscribe(changed), [observable]);
  const value = () => observable.value;
  return useSyncExternalStore(subscribe, value, value);
}

/** How the connection is. */
export function useConnection(): ConnectionState {
  return useObservable(useTailrace().connection);
}

/** Writes that have no answer yet. */
export function usePending(): readonly Write[] {
  return useObservable(useTailrace().pending);
}

/** Writes that came to nothing, until they are dismissed. */
export function useFailures(): readonly Write[] {
  return useObservable(useTailrace().failures);
}

/**
 * A channel, to write to. With a listener it is followed as long as the component lives, from now on; the listener may be
 * another object each time, and the latest one is told.
 */
export function useChannel<Events extends object = EventMap>(name: string, listener?: Listener<Events>): Channel<Events> {
  const channel = useTailrace().channel<Events>(name);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  const kinds = listener ? Object.keys(listener).sort().join() : '';
  useEffect(() => {
    if (!kinds) {
      return undefined;
    }
    const told = (kind: string) => (...args: unknown[]) => (latest.current as Told | undefined)?.[kind]?.(...args);
    const follow = channel.subscribe(Object.fromEntries(kinds.split(',').map((kind) => [kind, told(kind)])));
    return () => follow.stop();
  }, [channel, kinds]);
  return channel;
}

type Told = Readonly<Record<string, ((...args: unknown[]) => unknown) | undefined>>;

/** What a keyed channel holds, and how to change it. */
export interface Keyed<T, Events extends object> extends ReplicaState<T> {
  readonly channel: Channel<Events>;
  readonly replica: Replica<T>;
}

/**
 * The latest event of each key, pending writes included. Define `read` outside of the component, or keep it with
 * `useCallback`: another function is another state.
 */
export function useKeyed<T, Events extends object = EventMap>(name: string, options?: KeyedOptions<T, EventOf<Events>>): Keyed<T, Events> {
  const channel = useTailrace().channel<Events>(name);
  return useReplica<T, Events>(channel, channel.keyed<T>(options));
}

/** The latest events of a channel, pending writes included. */
export function useRecent<T, Events extends object = EventMap>(name: string, options?: RecentOptions<T, EventOf<Events>>): Keyed<T, Events> {
  const channel = useTailrace().channel<Events>(name);
  return useReplica<T, Events>(channel, channel.recent<T>(options));
}

function useReplica<T, Events extends object>(channel: Channel<Events>, replica: Replica<T>): Keyed<T, Events> {
  return { ...useObservable(replica), channel, replica };
}

/** Who is here. With `here` this user is as well, as long as the component lives; what it says may change. */
export function usePresence(name: string, here?: Here): PresenceState & { readonly presence: Presence } {
  const { presence } = useTailrace().channel(name);
  const joins = here !== undefined;
  const said = JSON.stringify(here);
  useEffect(() => {
    if (said !== undefined) {
      presence.join(JSON.parse(said) as Here);
    }
  }, [presence, said]);
  useEffect(() => (joins ? () => void presence.leave() : undefined), [presence, joins]);
  return { ...useObservable(presence.members), presence };
}
