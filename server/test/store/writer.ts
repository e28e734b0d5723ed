import {setTimeout as pause} from 'node:timers/promises';
import {ParleyError, type RoomId} from '@parley/protocol';
import type {Appended, Store} from '@parley/signaling';

/** Codes with which an append may be refused while the store comes and goes. */
const passing = new Set(['unavailable', 'timeout']);

/** Appends `{n}` under a key of its own until it is done, whatever the store does meanwhile. */
export async function appendForSure(store: Store, room: RoomId, n: string): Promise<Appended> {
  for (;;) {
    try {
      return await store.feeds.append(room, {name: 'chat.message', data: {n}}, {key: n});
    } catch (error) {
      if (!(error instanceof ParleyError) || !passing.has(error.code)) throw error;
      await pause(20);
    }
  }
}

/** Begins an append every few milliseconds, and resolves with all their names once all are done. */
export async function write(store: Store, room: RoomId, count: number, everyMs: number): Promise<readonly string[]> {
  const names: string[] = [];
  const appends: Promise<unknown>[] = [];
  for (let n = 1; n <= count; n += 1) {
    const name = `${store.bus.node}.${n}`;
    names.push(name);
    appends.push(appendForSure(store, room, name));
    await pause(everyMs);
  }
  await Promise.all(appends);
  return names;
}
