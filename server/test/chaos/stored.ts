import type {Stage} from './carry-out.js';
import type {Cluster} from './cluster.js';
import {rooms} from './rooms.js';
import {identityOf} from './identity.js';

export type Heads = ReadonlyMap<string, {readonly epoch: string; readonly head: number}>;

interface Page {
  readonly epoch: string;
  readonly head: number;
  readonly events: readonly {readonly event: string; readonly payload: Readonly<Record<string, unknown>>}[];
  readonly more: boolean;
}

const pageSize = 200;

/** Where the rooms stand, as the API gives it; those that nobody created are left out. */
export async function heads({cluster}: Pick<Stage, 'cluster'>): Promise<Heads> {
  const found = new Map<string, {epoch: string; head: number}>();
  for (const room of rooms) {
    const page = await history(cluster, room, 'limit=1');
    if (page) found.set(room, page);
  }
  return found;
}

/** Everything that the log of a room holds; undefined if nobody created the room. */
export async function stored(
  cluster: Cluster,
  room: string,
): Promise<{epoch: string; tail: number; events: readonly {offset: number; identity: string}[]} | undefined> {
  const events: {offset: number; identity: string}[] = [];
  for (let after = 0; ; after = events.at(-1)?.offset ?? after) {
    const page = await history(cluster, room, `after=${after}&limit=${pageSize}`);
    if (!page) return undefined;
    for (const {event, payload} of page.events)
      events.push({offset: Number(payload['offset']), identity: identityOf(event, payload)});
    if (!page.more) return {epoch: page.epoch, tail: events[0]?.offset ?? page.head + 1, events};
  }
}

async function history(cluster: Cluster, room: string, query: string): Promise<Page | undefined> {
  const answer = await cluster.api(`/rooms/${room}/history?${query}`);
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`history of ${room}: ${answer.status}`);
  return (await answer.json()) as Page;
}
