import {connect} from '@parley/client';
import {call, type PayloadOf} from '@parley/protocol';
import {token} from '../generator/token.js';
import type {CallServer} from './call-peer.js';

type Change = PayloadOf<typeof call.peer>['change'];

/** Somebody in a call without media, who notes when they are told what of whom. */
export class Onlooker implements AsyncDisposable {
  readonly #client: ReturnType<typeof connect>;
  /** By user: what they were told last, and when. */
  readonly #told = new Map<string, Map<Change, number>>();
  /** Who is in the call, by user. */
  readonly #inside = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  /** How often somebody came who was there already. */
  doubles = 0;

  static async enter({url, secret}: CallServer, room: string): Promise<Onlooker> {
    const client = connect({url: url.replace('ws:', 'http:'), token: () => Promise.resolve(token(secret, 'onlooker'))});
    await client.join(room, {create: true});
    const onlooker = new Onlooker(client);
    const {routerRtpCapabilities: rtpCapabilities} = await client.request(call.prepare, {room});
    await client.request(call.join, {room, id: 'onlooker', rtpCapabilities});
    return onlooker;
  }

  private constructor(client: ReturnType<typeof connect>) {
    this.#client = client;
    client.listen(call.peer, ({user, change}) => {
      if (change === 'joined' && this.#inside.has(user)) this.doubles += 1;
      if (change === 'left') this.#inside.delete(user);
      else this.#inside.add(user);
      const told = this.#told.get(user) ?? new Map<Change, number>();
      this.#told.set(user, told.set(change, performance.now()));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** When this was told of the user last, once that is after `since`; by `performance.now()`. */
  async told(user: string, change: Change, since: number): Promise<number> {
    for (;;) {
      const at = this.#told.get(user)?.get(change) ?? -Infinity;
      if (at >= since) return at;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}
