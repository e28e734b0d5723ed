import {ParleyError} from '@parley/protocol';
import type {Clock, NodeInfo, Timer} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {readNodeInfo, type NodeRegistry} from './node-registry.js';
import {fields, integer, list} from './replies.js';

export interface HeartOptions {
  readonly info: NodeInfo;
  readonly line: CommandLine;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly registry: NodeRegistry;
  readonly heartbeatMs: number;
  readonly nodeTimeoutMs: number;
  /** This node was taken for dead: what it held is no longer its. Awaited before it joins again. */
  readonly onDeclaredDead: () => Promise<void>;
  /** Which lineage the store is of, as far as is known here. */
  readonly lineage: () => number;
  /** Which lineage the store is of, by the latest heartbeat. */
  readonly onLineage: (lineage: number) => void;
  readonly onDefect: (error: unknown, context: Readonly<Record<string, string>>) => void;
}

/** Says that this node lives, and learns who else does. */
export class Heart {
  readonly #options: HeartOptions;
  readonly #timer: Timer;
  #beating: Promise<void> | undefined;
  #stopped = false;

  constructor(options: HeartOptions) {
    this.#options = options;
    this.#timer = options.clock.every(options.heartbeatMs, () => {
      void this.beat();
    });
  }

  /** Makes the node known to all. Rejects if the store is away. */
  join(): Promise<void> {
    return this.#send('join');
  }

  /** Never rejects. */
  beat(): Promise<void> {
    this.#beating ??= this.#send('beat')
      .catch((error: unknown) => {
        if (!(error instanceof ParleyError)) this.#options.onDefect(error, {});
      })
      .finally(() => {
        this.#beating = undefined;
      });
    return this.#beating;
  }

  /** Says farewell, if the store is there to hear it. */
  async stop(): Promise<void> {
    this.#timer.cancel();
    this.#stopped = true;
    await this.#beating;
    const {line, keys, info} = this.#options;
    const [beats, descriptions] = keys.nodes;
    await line.run('leave', [beats, descriptions], [info.node, keys.nodesChannel]).catch(() => undefined);
  }

  async #send(mode: 'join' | 'beat'): Promise<void> {
    if (this.#stopped) return;
    const {info, line, keys, registry, nodeTimeoutMs, onDeclaredDead, lineage, onLineage} = this.#options;
    const beat = registry.beginBeat();
    const args = [info.node, JSON.stringify(info), nodeTimeoutMs, mode, keys.nodesChannel, lineage()];
    const [alive, grace, current, ...nodes] = list(await line.run('beat', keys.nodes, args));
    if (integer(alive) === 0) {
      await onDeclaredDead();
      await this.#send('join');
      return;
    }
    onLineage(integer(current));
    const found = [...fields(nodes).values()].map(readNodeInfo);
    // While the store has only just come back, whoever is missing may not have had time to say so.
    if (integer(grace) === 1) for (const node of found) registry.here(node);
    else registry.update(found, beat);
  }
}
