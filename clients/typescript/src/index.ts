// @tailrace/client: everything that applications may use.

export { Refused, Unreachable } from './link.ts';
export type {
  ChannelEvent,
  ChannelListener,
  ConnectionState,
  Follow,
  PresenceFrame,
  PresentMember,
  Problem,
  ReceiptFrame,
  SignalFrame,
  Start,
} from './link.ts';
export type { Observable } from './observable.ts';
export type { Clock } from './clock.ts';
