import type {Clock} from '../clock.js';
import type {LoadDevice} from './device.js';
import type {Unsubscribe} from '../emitter.js';
import type {Listen} from '../inbound.js';
import type {Ask} from '../session/requests.js';

/** The connection came or went. A session that was not resumed is another one: its call is gone with the old one. */
export type ConnectionChange =
  | {readonly up: false; readonly closed: boolean}
  | {readonly up: true; readonly session: string; readonly resumed: boolean};

/** What a call needs of the client around it. */
export interface CallPort {
  readonly room: string;
  readonly ask: Ask;
  readonly listen: Listen;
  readonly clock: Clock;
  /** Has the connection checked: it may carry nothing any more. */
  readonly doubt: () => void;
  readonly newId: () => string;
  /** Instead of the browser's own WebRTC. */
  readonly loadDevice?: LoadDevice | undefined;
  readonly onConnection: (handler: (change: ConnectionChange) => void) => Unsubscribe;
}
