import {setTimeout as delay} from 'node:timers/promises';
import {chat} from '@parley/protocol';
import {apiKey, type RunningNode} from '../subjects/parley.js';
import {Member} from './member.js';
import {Notes} from './notes.js';

/** What of a node must go on without Redis, tried again and again. */
export interface LocalWork {
  /** Kicks of sessions of this node that were asked for, and that closed the connection in time. */
  readonly kicks: number;
  readonly kicked: number;
  readonly slowestKickMs: number;
  /** Ephemeral events from one client of this node to another that were sent, and that arrived in time. */
  readonly signals: number;
  readonly signalled: number;
  readonly slowestSignalMs: number;
  /** Whether `/live` answered every time that it was asked. */
  readonly live: boolean;
}

const inTimeMs = 1_000;

/** Two clients of one node that signal to one another, and some that are kicked one after the other. */
export class Watch {
  readonly #node: RunningNode;
  readonly #room: string;
  readonly #signaller: Member;
  readonly #doomed: Member[];
  readonly #everybody: readonly Member[];
  #heard: () => void = () => undefined;

  private constructor(node: RunningNode, index: number, kicks: number) {
    this.#room = `watched-${String(index)}`;
    const member = (name: string, onOther?: (event: string) => void): Member =>
      new Member({
        urls: [node.url],
        home: 0,
        user: `${name}-${String(index)}`,
        secret: node.secret,
        room: this.#room,
        notes: new Notes(),
        ...(onOther && {onOther}),
      });
    this.#node = node;
    this.#signaller = member('signaller');
    const listener = member('listener', (event) => {
      if (event === chat.typingChanged.name) this.#heard();
    });
    this.#doomed = Array.from({length: kicks}, (_, i) => member(`doomed-${String(i)}`));
    this.#everybody = [this.#signaller, listener, ...this.#doomed];
  }

  static async begin(node: RunningNode, index: number, kicks: number): Promise<Watch> {
    const watch = new Watch(node, index, kicks);
    for (const member of watch.#everybody) await member.enter();
    return watch;
  }

  /** Tries everything about twice a second for so long, and kicks all that there are to be kicked. */
  async over(ms: number): Promise<LocalWork> {
    const until = performance.now() + ms;
    const [kicks, signals]: [number[], number[]] = [[], []];
    const everyMs = Math.min(500, ms / (this.#doomed.length + 1));
    let live = true;
    let asked = 0;
    while (performance.now() < until) {
      asked += 1;
      live &&= await this.#live();
      signals.push(await this.#signal());
      const next = this.#doomed.shift();
      if (next) kicks.push(await this.#kick(next));
      await delay(everyMs);
    }
    const done = (times: readonly number[]): readonly number[] => times.filter((time) => time < inTimeMs);
    return {
      kicks: kicks.length,
      kicked: done(kicks).length,
      slowestKickMs: Math.max(0, ...done(kicks)),
      signals: asked,
      signalled: done(signals).length,
      slowestSignalMs: Math.max(0, ...done(signals)),
      live,
    };
  }

  end(): void {
    for (const member of this.#everybody) member.stop();
  }

  async #live(): Promise<boolean> {
    try {
      return (await fetch(`${this.#node.opsUrl}/live`, {signal: AbortSignal.timeout(inTimeMs)})).ok;
    } catch {
      return false;
    }
  }

  async #signal(): Promise<number> {
    const begunAt = performance.now();
    const heard = new Promise<void>((resolve) => (this.#heard = resolve));
    this.#signaller.request(chat.typing.name, {room: this.#room, typing: true}, () => undefined);
    await Promise.race([heard, delay(inTimeMs)]);
    return performance.now() - begunAt;
  }

  /** Until its connection was closed as kicked; the API's answer may wait for the store. */
  async #kick(member: Member): Promise<number> {
    const begunAt = performance.now();
    const answer = fetch(`${this.#node.opsUrl}/v1/sessions/${String(member.session)}/kick`, {
      method: 'POST',
      headers: {authorization: `Bearer ${apiKey}`, 'content-type': 'application/json'},
      body: '{}',
      signal: AbortSignal.timeout(inTimeMs * 10),
    }).catch(() => undefined);
    while (member.over !== 'kicked' && performance.now() - begunAt < inTimeMs) await delay(5);
    const took = performance.now() - begunAt;
    await answer;
    return took;
  }
}
