import {Pulse, type Sample} from './pulse.js';
import type {RoomTransport} from './room-transport.js';

/** The pulses of a room's peers. */
export class Pulses {
  readonly #pulses = new Map<string, {readonly pulse: Pulse; readonly transports: Set<string>}>();
  #checking = false;

  /** One check of all peers. A check that is still going on (the worker is busy) stands for the next one too. */
  async check(transports: readonly RoomTransport[]): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      await Promise.all([...byPeer(transports)].map(([peer, group]) => this.#checkPeer(peer, group)));
    } finally {
      this.#checking = false;
    }
  }

  forget({id, peer}: RoomTransport): void {
    const entry = this.#pulses.get(peer);
    entry?.transports.delete(id);
    entry?.pulse.forget(id);
    if (entry?.transports.size === 0) this.#pulses.delete(peer);
  }

  async #checkPeer(peer: string, transports: readonly RoomTransport[]): Promise<void> {
    const samples: Sample[] = [];
    for (const transport of tellingFirst(transports)) {
      const sample = await sampleOf(transport);
      if (sample === undefined) continue;
      samples.push(sample);
      // A question costs the worker as much as several packets: who is heard on one transport is not looked for on others.
      if (this.#pulses.get(peer)?.pulse.hears(sample) === true) break;
    }
    const living = transports.filter(({inner}) => !inner.closed);
    if (living.length === 0 || samples.length === 0) return;
    let entry = this.#pulses.get(peer);
    if (entry === undefined) this.#pulses.set(peer, (entry = {pulse: new Pulse(), transports: new Set()}));
    const {pulse, transports: known} = entry;
    for (const {id} of living) known.add(id);
    const verdict = pulse.check(samples.filter(({transport}) => known.has(transport)));
    if (verdict !== undefined) for (const transport of living) transport.judged(verdict);
  }
}

/** Those that media may flow on. */
export function byPeer(transports: readonly RoomTransport[]): ReadonlyMap<string, RoomTransport[]> {
  const groups = new Map<string, RoomTransport[]>();
  for (const transport of transports) {
    if (!transport.established) continue;
    const group = groups.get(transport.peer);
    if (group === undefined) groups.set(transport.peer, [transport]);
    else group.push(transport);
  }
  return groups;
}

/** Media comes all the time, reports on what is sent now and then. */
function tellingFirst(transports: readonly RoomTransport[]): readonly RoomTransport[] {
  const rank = ({speaks, direction}: RoomTransport): number => (speaks ? 0 : direction === 'receive' ? 1 : 2);
  return [...transports].sort((a, b) => rank(a) - rank(b));
}

/** Undefined if the transport was closed meanwhile. */
async function sampleOf(transport: RoomTransport): Promise<Sample | undefined> {
  const {id, speaks} = transport;
  try {
    const stats = await transport.stats();
    return stats && {transport: id, received: stats.bytesReceived, sent: stats.rtpBytesSent, speaks};
  } catch {
    return undefined;
  }
}
