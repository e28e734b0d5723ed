import {hasCode, ParleyError} from '@parley/protocol';
import type {CallOptions, Clock, NodeBus, NodeInfo} from '@parley/signaling';
import {readWord, writeWord, type BusWord} from './bus-word.js';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {GivenAnswers} from './given-answers.js';
import {NodeRegistry, readNodeInfo} from './node-registry.js';
import {PendingRequests} from './pending-requests.js';
import {integer} from './replies.js';
import type {StoreObserver} from './store-observer.js';

const defaultDeadlineMs = 5_000;

type Handler = (params: unknown, from: string) => Promise<unknown>;
type Listener = (payload: unknown, from: string) => void;

export interface RedisBusOptions {
  readonly info: NodeInfo;
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly observer: Pick<StoreObserver, 'requestRepeated'>;
  /** The store was found to have lost events, and is of this lineage since. */
  readonly onLineage: (lineage: number) => void;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** Words between nodes over pub/sub: one channel for each node, and one for all. */
export class RedisBus implements NodeBus {
  readonly node: string;
  readonly registry: NodeRegistry;
  readonly #options: RedisBusOptions;
  readonly #handlers = new Map<string, Handler>();
  readonly #listeners = new Map<string, Listener[]>();
  readonly #goneListeners: ((node: string) => void)[] = [];
  readonly #pending: PendingRequests;
  readonly #given: GivenAnswers<BusWord>;

  constructor(options: RedisBusOptions) {
    this.#options = options;
    this.node = options.info.node;
    this.#pending = new PendingRequests(options.clock);
    this.#given = new GivenAnswers(options.clock);
    this.registry = new NodeRegistry(options.info, (node) => {
      this.#pending.refuseOf(node);
      for (const listener of this.#goneListeners)
        this.#guarded(() => {
          listener(node);
        });
    });
  }

  request(node: string, method: string, params: unknown, options: CallOptions = {}): Promise<unknown> {
    if (!this.registry.has(node)) return Promise.reject(gone(node));
    if (node !== this.node && !this.#options.line.reaches(this.#options.keys.nodeChannel(node)))
      return Promise.reject(new ParleyError('unavailable', {retryAfterMs: 1_000}));
    const {deadlineMs = defaultDeadlineMs} = options;
    let repeat = (): void => undefined;
    const {id, answer} = this.#pending.begin(node, deadlineMs, () => {
      repeat();
    });
    const word: BusWord = {kind: 'request', id, deadlineMs, from: this.node, method, params};
    if (node === this.node) {
      // What does not leave the process cannot be lost.
      this.#toSelf(word);
      return answer;
    }
    let unheard = 0;
    const send = (): void => {
      this.#publish(this.#options.keys.nodeChannel(node), word).then(
        (receivers) => {
          unheard = receivers === 0 ? unheard + 1 : 0;
          // Its process is gone, though its heartbeats are not missed yet. Once may be a connection that is coming back.
          if (unheard > 1) this.#pending.refuse(id, gone(node));
        },
        (error: unknown) => {
          // Perhaps it was heard: the answer comes, or it is said again.
          if (hasCode(error, 'timeout')) return;
          this.#pending.refuse(id, error instanceof Error ? error : new ParleyError('internal'));
        },
      );
    };
    repeat = () => {
      this.#options.observer.requestRepeated();
      send();
    };
    send();
    return answer;
  }

  send(node: string, topic: string, payload: unknown): void {
    const word: BusWord = {kind: 'news', from: this.node, topic, payload};
    if (node === this.node) this.#toSelf(word);
    else this.#publish(this.#options.keys.nodeChannel(node), word).catch(() => undefined);
  }

  broadcast(topic: string, payload: unknown): void {
    const word: BusWord = {kind: 'news', from: this.node, topic, payload};
    this.#toSelf(word);
    this.#publish(this.#options.keys.nodesChannel, word).catch(() => undefined);
  }

  handle(method: string, handler: Handler): void {
    this.#handlers.set(method, handler);
  }

  on(topic: string, listener: Listener): void {
    const others = this.#listeners.get(topic);
    if (others === undefined) this.#listeners.set(topic, [listener]);
    else others.push(listener);
  }

  nodes(): readonly NodeInfo[] {
    return this.registry.nodes;
  }

  onNodeGone(listener: (node: string) => void): void {
    this.#goneListeners.push(listener);
  }

  /** A message of this node's own channel. */
  receive(message: string): void {
    this.#guarded(() => {
      this.#take(readWord(message));
    });
  }

  /** A message of everybody's channel: `here <description>`, `gone <node>`, `lineage <number>`, or a word. */
  receiveForAll(message: string): void {
    this.#guarded(() => {
      if (message.startsWith('here ')) this.registry.here(readNodeInfo(message.slice(5)));
      else if (message.startsWith('gone ')) this.registry.gone(message.slice(5));
      else if (message.startsWith('lineage ')) this.#options.onLineage(integer(message.slice(8)));
      else {
        const word = readWord(message);
        // This node told itself without leaving the process.
        if (word.kind === 'news' && word.from !== this.node) this.#take(word);
      }
    });
  }

  close(): void {
    this.#pending.close();
  }

  /** In a turn of its own and as a copy, as if it had come from elsewhere. */
  #toSelf(word: BusWord): void {
    const message = writeWord(word);
    queueMicrotask(() => {
      this.receive(message);
    });
  }

  #publish(channel: string, word: BusWord): Promise<number> {
    return this.#options.line.publish(channel, writeWord(word));
  }

  #take(word: BusWord): void {
    switch (word.kind) {
      case 'request':
        void this.#answer(word);
        break;
      case 'answer':
        this.#pending.settle(word.id, word.result);
        break;
      case 'refusal':
        this.#pending.refuse(word.id, word.error);
        break;
      case 'news':
        for (const listener of this.#listeners.get(word.topic) ?? [])
          this.#guarded(() => {
            listener(word.payload, word.from);
          });
    }
  }

  async #answer({id, from, deadlineMs, method, params}: Extract<BusWord, {kind: 'request'}>): Promise<void> {
    const outcome = (): Promise<BusWord> => this.#outcome(id, method, params, from);
    if (from === this.node) {
      // It does not ask again, so nothing is remembered for it.
      this.#toSelf(await outcome());
      return;
    }
    const word = await this.#given.once({from, id, deadlineMs}, outcome).catch((error: unknown): BusWord => {
      if (error instanceof ParleyError) return {kind: 'refusal', id, error};
      throw error;
    });
    // An answer that cannot be sent is asked for again.
    await this.#publish(this.#options.keys.nodeChannel(from), word).catch(() => undefined);
  }

  async #outcome(id: number, method: string, params: unknown, from: string): Promise<BusWord> {
    const handler = this.#handlers.get(method);
    if (handler === undefined)
      return {kind: 'refusal', id, error: new ParleyError('unavailable', {message: `No handler for ${method}.`})};
    try {
      return {kind: 'answer', id, result: await handler(params, from)};
    } catch (error) {
      if (error instanceof ParleyError) return {kind: 'refusal', id, error};
      this.#options.onDefect(error, {method, from});
      return {kind: 'refusal', id, error: new ParleyError('internal')};
    }
  }

  /** What a listener throws is nobody's answer. */
  #guarded(deed: () => void): void {
    try {
      deed();
    } catch (error) {
      this.#options.onDefect(error, {});
    }
  }
}

const gone = (node: string): ParleyError => new ParleyError('unavailable', {message: `The node ${node} is gone.`});
