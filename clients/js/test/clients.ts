import {vi} from 'vitest';
import {connect, type Message, type Parley, type Room} from '@parley/client';
import {signToken} from '../../../server/test/start-node.js';

/** A client of a user, with a token that every test node takes. */
export const client = (user: string, url: string | readonly [string, ...string[]]): Parley =>
  connect({url, token: () => signToken(user)});

/** Everything that a room says, as it comes. */
export class Seen {
  readonly messages: Message[] = [];
  readonly resets: unknown[] = [];

  constructor(room: Room) {
    room.on('message', (message) => this.messages.push(message));
    room.on('reset', (position) => this.resets.push(position));
  }

  get texts(): string[] {
    return this.messages.map(({text}) => text);
  }

  /** Waits until so many messages are there. */
  async count(messages: number): Promise<void> {
    await eventually(() => this.messages.length >= messages, `${messages} messages`);
  }
}

/** Waits for a condition that the network brings about, or encoders on shared cores. */
export const eventually = (
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 30_000,
): Promise<void> =>
  vi.waitFor(
    async () => {
      if (!(await condition())) throw new Error(`still waiting for ${what}`);
    },
    {timeout: timeoutMs, interval: 20},
  );
