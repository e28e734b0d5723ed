import {survivesKill, type Persistence} from './persistence.js';
import type {Line} from './pipe.js';

/** Something that is broken on purpose, for a time, and mended again. Nodes and clients by their index. */
export type Fault =
  | {readonly kind: 'node.kill' | 'node.drain' | 'node.freeze'; readonly node: number; readonly ms: number}
  /** All at once, as when the power of a rack fails. */
  | {readonly kind: 'nodes.kill'; readonly ms: number}
  /** From Redis: its connections are reset, or stand and carry nothing, or carry one way only. */
  | {readonly kind: 'node.partition'; readonly node: number; readonly line: Line; readonly ms: number}
  /** One of its connections to Redis after the other is reset: that for commands stands while that for subscriptions does not. */
  | {readonly kind: 'node.flicker'; readonly node: number; readonly ms: number}
  /** From all clients, though not from Redis: its sessions are alive for everybody but their owners. */
  | {readonly kind: 'node.isolated'; readonly node: number; readonly line: Line; readonly ms: number}
  | {readonly kind: 'node.slow'; readonly node: number; readonly line: Line; readonly ms: number}
  /** `data`: what it has when it is back: what its disk has, nothing, or what the disk had when the fault began. */
  | {readonly kind: 'redis.kill'; readonly data: 'kept' | 'none' | 'older'; readonly ms: number}
  /** Stopped in order, as before an upgrade, and started again. */
  | {readonly kind: 'redis.restart'; readonly ms: number}
  /** From all nodes: half-open, one way only, or nobody there. */
  | {readonly kind: 'redis.partition'; readonly line: Line; readonly ms: number}
  /** A replica takes over in order, and the nodes are still connected to the former primary for `ms`. Nothing is lost. */
  | {readonly kind: 'redis.handover'; readonly ms: number}
  /**
   * The primary is given up for a replica that is `lagMs` behind. Those of `split` still write to the primary for `ms`, while the
   * others write to the former replica; without any, the primary is killed.
   */
  | {readonly kind: 'redis.failover'; readonly lagMs: number; readonly split: readonly number[]; readonly ms: number}
  | {readonly kind: 'redis.freeze'; readonly ms: number}
  | {readonly kind: 'redis.slow'; readonly line: Line; readonly ms: number}
  | {readonly kind: 'clients.cut'; readonly clients: readonly number[]; readonly ms: number}
  | {readonly kind: 'clients.slow'; readonly clients: readonly number[]; readonly line: Line; readonly ms: number}
  | {readonly kind: 'kick'; readonly client: number; readonly whole: 'session' | 'user'; readonly ms: number};

export type Grave = Exclude<Fault, {kind: 'clients.cut' | 'clients.slow' | 'kick'}>;

/** Concerns the cluster, not just somebody's way to it. */
export const isGrave = (fault: Fault): fault is Grave =>
  fault.kind !== 'kick' && fault.kind !== 'clients.cut' && fault.kind !== 'clients.slow';

/** After it Redis may lack what it had given out. */
export const loses = (fault: Fault, persistence: Persistence): boolean =>
  fault.kind === 'redis.failover' ||
  (fault.kind === 'redis.kill' && (fault.data !== 'kept' || !survivesKill(persistence)));

/** How long it keeps busy what it breaks: a change of primaries begins with a new replica. */
export function busyMs(fault: Fault, persistence: Persistence): number {
  switch (fault.kind) {
    case 'redis.failover':
      return fault.ms + fault.lagMs + 4_000;
    case 'redis.handover':
      return fault.ms + 3_000;
    case 'node.drain':
      return fault.ms + 3_000;
    case 'redis.kill':
      return fault.ms + (loses(fault, persistence) ? 3_000 : 0);
    default:
      return fault.ms;
  }
}

/**
 * What a fault keeps busy: of two at a time, neither breaks what the other has broken. And while Redis loses data no node ends: it
 * may be the only one that knows of what is lost, and nobody can say then that it was there.
 */
export function busies(fault: Fault, nodes: number, persistence: Persistence): readonly string[] {
  const lives = loses(fault, persistence) ? indices(nodes) : ends(fault, nodes);
  return [...breaks(fault, nodes), ...lives.map((index) => `life of node${index}`)];
}

/** The nodes whose processes it ends. */
export function ends(fault: Fault, nodes: number): readonly number[] {
  if (fault.kind === 'nodes.kill') return indices(nodes);
  return fault.kind === 'node.kill' || fault.kind === 'node.drain' ? [fault.node] : [];
}

/** The parts of the cluster that it breaks, or the way to them. */
export function breaks(fault: Fault, nodes: number): readonly string[] {
  if (fault.kind === 'nodes.kill') return indices(nodes).map(nameOfNode);
  if ('node' in fault) return [nameOfNode(fault.node)];
  return fault.kind.startsWith('redis') ? ['redis'] : [];
}

export const nameOfNode = (index: number): string => `node${index}`;

const indices = (count: number): readonly number[] => Array.from({length: count}, (_, index) => index);

const lineWords = (line: Line): string => {
  switch (line.line) {
    case 'delay':
      return `delayed by ${line.ms} ms`;
    case 'throttle':
      return `at ${line.bytesPerSecond} bytes/s`;
    case 'hole':
      return 'half-open';
    case 'one-way':
      return line.open === 'there' ? 'answers lost' : 'requests lost';
    case 'refuse':
      return 'refused';
    case 'pass':
      return 'passing';
  }
};

function words(fault: Fault): string {
  switch (fault.kind) {
    case 'node.kill':
    case 'node.drain':
    case 'node.freeze':
    case 'node.flicker':
      return `node${fault.node}`;
    case 'node.partition':
    case 'node.isolated':
    case 'node.slow':
      return `node${fault.node}, ${lineWords(fault.line)}`;
    case 'redis.kill':
      return `data ${fault.data}`;
    case 'redis.failover':
      return `to a replica ${fault.lagMs} ms behind${fault.split.length > 0 ? `, split brain with node${fault.split.join(', node')}` : ''}`;
    case 'redis.slow':
    case 'redis.partition':
      return lineWords(fault.line);
    case 'clients.cut':
      return `c${fault.clients.join(' c')}`;
    case 'clients.slow':
      return `c${fault.clients.join(' c')}, ${lineWords(fault.line)}`;
    case 'kick':
      return `c${fault.client} (${fault.whole})`;
    case 'nodes.kill':
    case 'redis.restart':
    case 'redis.handover':
    case 'redis.freeze':
      return '';
  }
}

export const describe = (fault: Fault): string =>
  [fault.kind, words(fault), ...(fault.ms > 0 ? [`for ${fault.ms} ms`] : [])].filter((part) => part !== '').join(' ');
