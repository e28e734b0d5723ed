import {once} from 'node:events';
import {errorCatalogue, protocolVersion, requests} from '@parley/protocol';
import {WebSocket} from 'ws';
import {signToken} from '../start-node.js';

/** Largest payload of the node that is fuzzed. */
export const payloadBytes = 64 * 1_024;

/** What was found wrong, in words. */
export type Complain = (violation: string) => void;

/** Twice the largest payload: see `maxPayloadLength` of the edge. */
const uwsLimitBytes = 2 * payloadBytes;

interface Awaited {
  /** Undefined: an unknown request, which has no result. */
  readonly name: string | undefined;
  left: number;
}

/** A client that speaks Socket.IO by hand, sends whatever it is told to, and holds every answer against the contract. */
export class FuzzSocket {
  /** How often each outcome came: `ok` or a code. */
  readonly outcomes: Map<string, number>;
  /** Whether something was sent that is no request: then the connection may end in any way. */
  reckless = false;
  #closingCode: number | undefined;
  #lastId = 0;
  readonly #socket: WebSocket;
  readonly #awaited = new Map<number, Awaited>();
  readonly #complain: Complain;
  #wake: () => void = () => undefined;

  static async connect(
    url: string,
    user: string,
    outcomes: Map<string, number>,
    complain: Complain,
  ): Promise<FuzzSocket> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await once(socket, 'open');
    const client = new FuzzSocket(socket, outcomes, complain);
    const ready = client.#next((frame) => frame.startsWith('42["session.ready"'));
    socket.send(`40${JSON.stringify({token: await signToken(user), v: protocolVersion})}`);
    await ready;
    return client;
  }

  private constructor(socket: WebSocket, outcomes: Map<string, number>, complain: Complain) {
    this.#socket = socket;
    this.outcomes = outcomes;
    this.#complain = complain;
    socket.on('message', (data: Buffer) => {
      this.#hear(data.toString());
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      if (!this.reckless && this.#closingCode === undefined) complain(`closed without a word (${code})`);
      this.#awaited.clear();
      this.#wake();
    });
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get unanswered(): number {
    return this.#awaited.size;
  }

  /** An id for an acknowledgement that is to come `times` times. */
  expect(name: string | undefined, times = 1): number {
    this.#lastId += 1;
    this.#awaited.set(this.#lastId, {name, left: times});
    return this.#lastId;
  }

  send(frame: string | Uint8Array): void {
    // What is far above the limit is not even taken in, and so cannot be answered.
    if (frame.length > uwsLimitBytes / 3) this.reckless = true;
    if (this.open) this.#socket.send(frame);
  }

  /** Resolves when at most `most` are unanswered, or the connection is closed; complains if neither comes. */
  async settled(most: number, withinMs = 30_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (this.open && this.#awaited.size > most) {
      if (Date.now() > deadline) {
        const names = new Set([...this.#awaited.values()].map(({name}) => name ?? 'unknown'));
        this.#complain(`${this.#awaited.size} requests were never answered: ${[...names].join(', ')}`);
        this.#awaited.clear();
        return;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async close(): Promise<void> {
    this.reckless = true;
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close();
    const timer = setTimeout(() => {
      this.#socket.terminate();
    }, 1_000);
    await once(this.#socket, 'close');
    clearTimeout(timer);
  }

  #hear(frame: string): void {
    if (frame === '2') this.send('3');
    else if (frame.startsWith('43')) this.#answered(frame);
    else if (frame.startsWith('42["session.closing"')) {
      this.#closingCode = Number(/"code":(\d+)/.exec(frame)?.[1] ?? 0);
    }
  }

  #answered(frame: string): void {
    const bracket = frame.indexOf('[');
    const id = Number(frame.slice(2, bracket));
    const awaited = this.#awaited.get(id);
    if (awaited === undefined) {
      if (!this.reckless) this.#complain(`an answer that nobody waits for: ${frame.slice(0, 200)}`);
      return;
    }
    awaited.left -= 1;
    if (awaited.left === 0) this.#awaited.delete(id);
    const outcome = judge(awaited.name, JSON.parse(frame.slice(bracket)) as unknown[], this.#complain);
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    this.#wake();
  }

  #next(wanted: (frame: string) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const listen = (data: Buffer): void => {
        if (!wanted(data.toString())) return;
        this.#socket.off('message', listen);
        resolve();
      };
      this.#socket.on('message', listen);
      this.#socket.once('close', () => {
        reject(new Error('The connection was closed before it began.'));
      });
    });
  }
}

/** Its outcome; complains of an answer that the contract does not know. */
function judge(name: string | undefined, given: unknown[], complain: Complain): string {
  const [answer] = given as [{ok?: unknown; data?: unknown; error?: {code?: unknown; message?: unknown}} | undefined];
  const about = `${name ?? 'an unknown request'}: ${JSON.stringify(given).slice(0, 300)}`;
  if (answer?.ok === true) {
    const result = name === undefined ? undefined : requests.get(name)?.result;
    if (result?.safeParse(answer.data).success !== true) complain(`a result that its schema does not take, ${about}`);
    return 'ok';
  }
  const code = String(answer?.error?.code);
  if (given.length !== 1 || answer?.ok !== false || !Object.hasOwn(errorCatalogue, code)) {
    complain(`an answer without a code, ${about}`);
  }
  if (code === 'internal') complain(`a defect, ${about}`);
  return code;
}
