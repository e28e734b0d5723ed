import {setTimeout as pause} from 'node:timers/promises';
import type {Cluster} from './cluster.js';
import {identityOfPush, type Addressed, type Numbered} from './identity.js';
import type {Ledger} from './ledger.js';
import type {SeededRandom} from './seeded-random.js';

const retryMs = 400;
/** Pushes that are repeated until they are answered. */
const mostWaiting = 10;

interface Answer {
  readonly epoch: string;
  readonly offset: number;
}

/** A backend that pushes into rooms and to users, over whichever node answers, and repeats what was not answered. */
export class Backend {
  readonly #cluster: Cluster;
  readonly #ledger: Ledger;
  readonly #random: SeededRandom;
  readonly #waiting = new Set<Promise<void>>();
  #pushes = 0;
  #stopped = false;

  constructor({cluster, ledger, random}: {cluster: Cluster; ledger: Ledger; random: SeededRandom}) {
    this.#cluster = cluster;
    this.#ledger = ledger;
    this.#random = random;
  }

  /** A stored push, the same under the same key until it is known what became of it. */
  pushTo(room: string): void {
    if (this.#waiting.size >= mostWaiting) return;
    this.#pushes += 1;
    const key = `push-${this.#pushes}`;
    this.#ledger.writes(room, identityOfPush({key}));
    const pushing = this.#store(room, {key}).finally(() => this.#waiting.delete(pushing));
    this.#waiting.add(pushing);
  }

  /** At most once, to whoever of the user's sessions is connected. */
  tell(user: string): void {
    const data: Addressed = {to: user};
    void this.#cluster.api('/push', bodyOf({target: {user}, topic: 'chaos.hint', data})).catch(() => undefined);
  }

  /** Resolves when nothing is being repeated any more. */
  async quiet(): Promise<void> {
    while (this.#waiting.size > 0) await Promise.all(this.#waiting);
  }

  stop(): void {
    this.#stopped = true;
  }

  async #store(room: string, data: Numbered): Promise<void> {
    const body = bodyOf({target: {room}, topic: 'chaos.stored', data, store: true, key: data.key});
    while (!this.#stopped) {
      const outcome = await this.#ask(body, room);
      if (outcome === 'given up') return;
      if (outcome !== 'unknown') {
        this.#ledger.accepts('the backend', {room, ...outcome}, identityOfPush(data));
        return;
      }
      await pause(retryMs + this.#random.between(0, retryMs));
    }
  }

  async #ask(body: RequestInit, room: string): Promise<Answer | 'unknown' | 'given up'> {
    try {
      const response = await this.#cluster.api('/push', body);
      if (response.ok) return (await response.json()) as Answer;
      // The room is not there (any more): it is joined and created anew by somebody.
      if (response.status === 404) return 'given up';
      const refused = await response.text();
      if (response.status < 500 && response.status !== 429)
        this.#ledger.violation(`[PUSH3] a push was refused with ${response.status}: ${refused}`, {room});
    } catch {
      // No node answers: whether it was done is unknown.
    }
    return 'unknown';
  }
}

const bodyOf = (push: Readonly<Record<string, unknown>>): RequestInit => ({method: 'POST', body: JSON.stringify(push)});
