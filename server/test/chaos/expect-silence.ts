import {setTimeout as pause} from 'node:timers/promises';
import type {Stage} from './carry-out.js';
import {eventuallyNone} from './eventually-none.js';

/** For how long the others go on writing to the rooms of those who were kicked. */
const writingMs = 1_000;
const toldMs = 5_000;

/**
 * While everybody writes and nothing is broken, somebody on each node is kicked: from the answer on nothing reaches them. Whoever is kicked
 * while things are broken may be out of reach of it for a time; here there is no excuse.
 */
export async function expectSilence(stage: Stage): Promise<void> {
  const {cluster, crowd, ledger} = stage;
  ledger.kicks.whole();
  crowd.start();
  const clients = [...crowd.clients];
  const places = new Set(
    cluster.slots.map(({name}) => clients.findIndex((_, place) => crowd.via(place).includes(name))),
  );
  places.delete(-1);
  const kicked = [...places].map((place) => clients[place]!);
  await Promise.all([...places].map((place, at) => crowd.kick(place, at === 0 ? 'user' : 'session')));
  await pause(writingMs);
  await crowd.quiet();
  await eventuallyNone('[SES9] kicked', toldMs, stage, async () =>
    kicked.flatMap((client) => (client.over ? [] : `${client.name} was kicked and does not know`)),
  );
}
