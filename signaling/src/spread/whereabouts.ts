import {ParleyError} from '@parley/protocol';
import type {Hold, Source} from './crossings.js';
import type {Part} from './part.js';

interface Path {
  readonly part: Part;
  readonly peer: string;
}

interface Published {
  readonly source: Source;
  readonly transport: string;
  /** Of its first codec, in lower case; of data none. */
  readonly mimeType?: string;
}

interface Received {
  readonly part: Part;
  readonly transport: string;
  /** What it receives is brought to its node for it. */
  readonly hold: Hold;
}

/** What is gone with transports: what was published on them, for it is to be had elsewhere no more either. */
export type Gone = readonly Source[];

/** On which node each transport of a call is, and what is published and received on it: tracks and data alike. */
export class Whereabouts {
  readonly #paths = new Map<string, Path>();
  readonly #published = new Map<string, Published>();
  readonly #received = new Map<string, Received>();

  addPath(transport: string, path: Path): void {
    this.#paths.set(transport, path);
  }

  publish(published: Published): void {
    this.#published.set(published.source.id, published);
  }

  receive(id: string, received: Received): void {
    this.#received.set(id, received);
  }

  /** @throws ParleyError `unknown_media` */
  path(transport: string): Path {
    return known(this.#paths, transport);
  }

  /** @throws ParleyError `unknown_media` */
  published(id: string): Published {
    return known(this.#published, id);
  }

  findPath(transport: string): Path | undefined {
    return this.#paths.get(transport);
  }

  findPublished(id: string): Published | undefined {
    return this.#published.get(id);
  }

  /** The node on which something is received. @throws ParleyError `unknown_media` */
  received(id: string): Part {
    return known(this.#received, id).part;
  }

  get voices(): readonly Source[] {
    return [...this.#published.values()].map(({source}) => source).filter(({voice}) => voice);
  }

  takePath(transport: string): Path | undefined {
    const path = this.#paths.get(transport);
    this.#paths.delete(transport);
    return path;
  }

  unpublish(id: string): Source | undefined {
    const source = this.#published.get(id)?.source;
    this.#published.delete(id);
    return source;
  }

  /** Idempotent. Where it was. */
  unreceive(id: string): Part | undefined {
    const received = this.#received.get(id);
    this.#received.delete(id);
    received?.hold.release();
    return received?.part;
  }

  /** These peers have nothing any more. */
  forgetPeers(peers: ReadonlySet<string>): Gone {
    const gone: Source[] = [];
    for (const [id, {peer}] of this.#paths) if (peers.has(peer)) this.#paths.delete(id);
    for (const [id, {transport, source}] of this.#published) {
      if (this.#paths.has(transport)) continue;
      this.#published.delete(id);
      gone.push(source);
    }
    for (const [id, {transport}] of this.#received) if (!this.#paths.has(transport)) this.unreceive(id);
    return gone;
  }

  /** Those who have a transport there. */
  peersAt(part: Part): ReadonlySet<string> {
    return new Set([...this.#paths.values()].filter((path) => path.part === part).map(({peer}) => peer));
  }

  /** Whether the peer has a transport anywhere. */
  has(peer: string): boolean {
    for (const path of this.#paths.values()) if (path.peer === peer) return true;
    return false;
  }

  transportsAt(part: Part): readonly string[] {
    return [...this.#paths].filter(([, path]) => path.part === part).map(([transport]) => transport);
  }

  /** Nobody has anything there any more. */
  forgetPart(part: Part): Gone {
    const gone: Source[] = [];
    for (const [id, path] of this.#paths) if (path.part === part) this.#paths.delete(id);
    for (const [id, {source}] of this.#published) {
      if (source.part !== part) continue;
      this.#published.delete(id);
      gone.push(source);
    }
    for (const [id, received] of this.#received) if (received.part === part) this.unreceive(id);
    return gone;
  }

  clear(): void {
    for (const held of [this.#paths, this.#published, this.#received]) held.clear();
  }
}

function known<T>(map: ReadonlyMap<string, T>, id: string): T {
  const found = map.get(id);
  if (found === undefined) throw new ParleyError('unknown_media');
  return found;
}
