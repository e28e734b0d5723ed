import type {NodeInfo} from '@parley/signaling';
import {z} from 'zod';

const described = z.object({node: z.string(), media: z.boolean(), clients: z.boolean(), startedAt: z.number()});

interface Known {
  readonly info: NodeInfo;
  /** Which heartbeat of this node was the last one begun when it was heard of. */
  readonly beat: number;
}

/** The live nodes as this one knows them, by its heartbeats' answers and by what is said in between. */
export class NodeRegistry {
  readonly #own: NodeInfo;
  readonly #onGone: (node: string) => void;
  readonly #known = new Map<string, Known>();
  #beats = 0;

  constructor(own: NodeInfo, onGone: (node: string) => void) {
    this.#own = own;
    this.#onGone = onGone;
    this.#known.set(own.node, {info: own, beat: 0});
  }

  get nodes(): readonly NodeInfo[] {
    return [...this.#known.values()].map(({info}) => info);
  }

  has(node: string): boolean {
    return this.#known.has(node);
  }

  /** A heartbeat begins; its number goes with its answer. */
  beginBeat(): number {
    this.#beats += 1;
    return this.#beats;
  }

  /** All nodes, as of a heartbeat. Whoever was heard of only after it began may be missing in it. */
  update(nodes: readonly NodeInfo[], beat: number): void {
    for (const info of nodes) this.here(info);
    const present = new Set(nodes.map(({node}) => node));
    for (const [node, {beat: heardAt}] of [...this.#known]) if (heardAt < beat && !present.has(node)) this.gone(node);
  }

  here(info: NodeInfo): void {
    const known = this.#known.get(info.node);
    this.#known.set(info.node, {info, beat: known === undefined ? this.#beats : known.beat});
  }

  gone(node: string): void {
    if (node !== this.#own.node && this.#known.delete(node)) this.#onGone(node);
  }
}

export function readNodeInfo(json: string): NodeInfo {
  const value: unknown = JSON.parse(json);
  const {success, data} = described.safeParse(value);
  if (success) return data;
  throw new Error('A node’s description is malformed.');
}
