import {ParleyError} from '@parley/protocol';
import type {CallOptions, Clock, NodeBus, NodeInfo} from '../ports.js';
import type {Exchange} from './exchange.js';
import type {Link} from './link.js';

type Handler = (params: unknown, from: string) => Promise<unknown>;
type Listener = (payload: unknown, from: string) => void;

const defaultDeadlineMs = 5_000;

/** What crosses to another node is a copy, as it would be on a network. */
const copy = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** A node's end of the exchange. */
export class MemoryBus implements NodeBus {
  readonly node: string;
  readonly info: NodeInfo;
  readonly link: Link;
  readonly #exchange: Exchange<MemoryBus>;
  readonly #clock: Clock;
  readonly #handlers = new Map<string, Handler>();
  readonly #listeners = new Map<string, Listener[]>();
  readonly #goneListeners: ((node: string) => void)[] = [];
  /** By what is called when the outcome can no longer come. */
  readonly #waiting = new Set<{readonly node: string; readonly fail: (error: ParleyError) => void}>();

  constructor(info: NodeInfo, link: Link, exchange: Exchange<MemoryBus>, clock: Clock) {
    this.node = info.node;
    this.info = info;
    this.link = link;
    this.#exchange = exchange;
    this.#clock = clock;
  }

  request(node: string, method: string, params: unknown, options: CallOptions = {}): Promise<unknown> {
    const target = this.#exchange.find(node);
    if (target === undefined || !this.#exchange.connects(this, target)) return Promise.reject(gone(node));
    return new Promise((resolve, reject) => {
      const waiting = {
        node,
        fail: (error: ParleyError): void => {
          done();
          reject(error);
        },
      };
      const deadline = this.#clock.after(options.deadlineMs ?? defaultDeadlineMs, () => {
        waiting.fail(new ParleyError('timeout'));
      });
      const done = (): void => {
        deadline.cancel();
        this.#waiting.delete(waiting);
      };
      this.#waiting.add(waiting);
      const sent = copy(params);
      this.#exchange.carry(this, target, () => {
        void target.#answer(method, sent, this.node).then((answer) => {
          this.#exchange.carry(target, this, () => {
            done();
            if ('error' in answer) reject(answer.error);
            else resolve(answer.result);
          });
        });
      });
    });
  }

  send(node: string, topic: string, payload: unknown): void {
    const target = this.#exchange.find(node);
    if (target !== undefined) this.#exchange.carry(this, target, this.#telling(target, topic, payload));
  }

  broadcast(topic: string, payload: unknown): void {
    for (const target of this.#exchange.all())
      this.#exchange.carry(this, target, this.#telling(target, topic, payload));
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
    return [...this.#exchange.all()].map(({info}) => info);
  }

  onNodeGone(listener: (node: string) => void): void {
    this.#goneListeners.push(listener);
  }

  /** The exchange says that a node is no longer there. */
  nodeGone(node: string): void {
    if (!this.link.alive) return;
    for (const waiting of [...this.#waiting]) if (waiting.node === node) waiting.fail(gone(node));
    for (const listener of this.#goneListeners) listener(node);
  }

  /** This node leaves: nobody will answer it any more. */
  close(): void {
    for (const waiting of [...this.#waiting]) waiting.fail(gone(waiting.node));
  }

  #telling(target: MemoryBus, topic: string, payload: unknown): () => void {
    const sent = copy(payload);
    return () => {
      for (const listener of target.#listeners.get(topic) ?? []) listener(sent, this.node);
    };
  }

  async #answer(method: string, params: unknown, from: string): Promise<{result: unknown} | {error: ParleyError}> {
    const handler = this.#handlers.get(method);
    if (handler === undefined) return {error: new ParleyError('unavailable', {message: `No handler for ${method}.`})};
    try {
      return {result: copy(await handler(params, from))};
    } catch (cause) {
      return {error: cause instanceof ParleyError ? cause : new ParleyError('internal', {cause})};
    }
  }
}

const gone = (node: string): ParleyError => new ParleyError('unavailable', {message: `The node ${node} is gone.`});
