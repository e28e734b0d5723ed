import type {Clock} from '../clock.js';
import type {Ask} from '../session/requests.js';
import type {RoomCall} from './room-call.js';

/** What a room needs of the client around it. */
export interface RoomPort {
  readonly ask: Ask;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly outboxLimit: number;
  readonly call: RoomCall;
  /** The user of the session, once it is known. */
  user(): string | undefined;
}
