import {type Message, type Parley, type Room} from '@parley/client';
/** A client of a user, with a token that every test node takes. */
export declare const client: (user: string, url: string | readonly [string, ...string[]]) => Parley;
/** Everything that a room says, as it comes. */
export declare class Seen {
  readonly messages: Message[];
  readonly resets: unknown[];
  constructor(room: Room);
  get texts(): string[];
  /** Waits until so many messages are there. */
  count(messages: number): Promise<void>;
}
/** Waits for a condition that the network brings about. */
export declare const eventually: (
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs?: number,
) => Promise<void>;
//# sourceMappingURL=clients.d.ts.map
