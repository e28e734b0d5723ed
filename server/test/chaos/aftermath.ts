import type {Client} from './client.js';
import {forgottenMs, wholeMs} from './bounds.js';
import type {Stage} from './carry-out.js';
import {rooms} from './rooms.js';
import {eventuallyNone} from './eventually-none.js';
import {expectStatus} from './expect-status.js';
import {heads, stored, type Heads} from './stored.js';

/** Nothing is broken and nobody writes: looks at everything, and makes whatever comes next answer for itself. */
export async function expectAllWell(stage: Stage): Promise<void> {
  await expectWhole(stage);
  await expectProbes(stage);
  await expectStored(stage);
  await expectMembers(stage);
  await expectPresence(stage);
  stage.ledger.settle(epochsOf(await heads(stage)));
}

const epochsOf = (heads: Heads): ReadonlyMap<string, string> =>
  new Map([...heads].map(([room, {epoch}]) => [room, epoch]));

/** Everything is mended and nobody writes: the cluster becomes whole, and nobody misses anything. */
export async function expectWhole(stage: Stage): Promise<void> {
  const {cluster, crowd, ledger} = stage;
  await eventuallyNone('not ready', wholeMs, stage, async () => {
    const ready = await Promise.all(cluster.slots.map((slot) => slot.isReady()));
    return cluster.slots.filter((_, index) => !ready[index]).map(({name}) => name);
  });
  await eventuallyNone('not settled', wholeMs, stage, async () => unsettled(crowd.clients));
  await eventuallyNone('[FEED2] behind', 10_000, stage, async () => behind(crowd.clients, await heads(stage)));
  const current = epochsOf(await heads(stage));
  for (const one of ledger.lasting(current)) ledger.violation(one);
  for (const {room, epoch, offset, identity} of ledger.unseen(current)) {
    const owed = crowd.clients.filter((client) => client.journal(room).isOwed({epoch, offset}));
    if (owed.length === 0) continue;
    const names = owed.map(({name}) => name).join(' ');
    ledger.violation(`[FEED2] acknowledged and never seen by ${names}: ${identity} at ${room} ${offset}`, {room});
  }
  for (const one of ledger.doubleJoins()) ledger.violation(`[ROOM2] ${one}`);
}

/** One message in each room reaches who is in it, and nobody else. */
async function expectProbes(stage: Stage): Promise<void> {
  const {clients} = stage.crowd;
  const before = await heads(stage);
  for (const room of rooms) clients.find((client) => client.rooms.has(room))?.send(room);
  await eventuallyNone('[CHAT1] behind with the last message', 10_000, stage, async () => {
    const after = await heads(stage);
    const sent = rooms.filter((room) => clients.some((client) => client.rooms.has(room)));
    const missing = sent.filter((room) => (after.get(room)?.head ?? 0) <= (before.get(room)?.head ?? 0));
    return [...missing, ...behind(clients, after), ...unsettled(clients)];
  });
}

/** The log as the API gives it says what clients were told, and nothing twice. */
async function expectStored({cluster, ledger}: Stage): Promise<void> {
  for (const room of rooms) {
    const log = await stored(cluster, room);
    if (!log) continue;
    const told = ledger.told(room, log.epoch);
    const first = new Map<string, number>();
    for (const {offset, identity} of log.events) {
      const known = told.get(offset);
      if (known !== undefined && known !== identity)
        ledger.violation(`[FEED1] the log of ${room} has ${identity} at ${offset}, where clients have ${known}`, {
          room,
        });
      if (identity.startsWith('member ')) continue;
      const before = first.get(identity);
      if (before !== undefined)
        ledger.violation(`[CHAT3] the log of ${room} has ${identity} at ${before} and ${offset}`, {room});
      first.set(identity, offset);
    }
    const held = new Set(log.events.map(({offset}) => offset));
    for (const [offset, identity] of told)
      if (offset >= log.tail && !held.has(offset))
        ledger.violation(`[FEED1] the log of ${room} lacks ${identity} at ${offset}`, {room});
  }
}

/** Who is a member is who the log says came and did not go: no membership without its event, and no event without it. */
async function expectMembers({cluster, ledger}: Stage): Promise<void> {
  for (const room of rooms) {
    const log = await stored(cluster, room);
    // What was trimmed may have told of some.
    if (log?.tail !== 1) continue;
    const told = new Set<string>();
    for (const {identity} of log.events) {
      const [kind, user, change] = identity.split(' ');
      if (kind !== 'member' || user === undefined) continue;
      if (change === 'joined') told.add(user);
      else told.delete(user);
    }
    const [are, said] = [[...(await cluster.members(room))].sort().join(' '), [...told].sort().join(' ')];
    if (are !== said) ledger.violation(`[ROOM2] members of ${room} are ${are}, and its log says ${said}`, {room});
  }
}

/** Who is connected is online and has the one session that its client knows; nobody else is there. */
async function expectPresence(stage: Stage): Promise<void> {
  const {cluster, crowd, ledger} = stage;
  await eventuallyNone('[SES11] sessions', forgottenMs, stage, async () => {
    const wrong: string[] = [];
    for (const user of crowd.users) {
      const answer = await cluster.api(`/users/${user}/sessions`);
      const {sessions} = (await answer.json()) as {sessions: {session: string; state: string}[]};
      const found = sessions.map(({session, state}) => `${session} ${state}`).sort();
      const mine = crowd.clients.filter((client) => client.user === user && client.connected);
      const right = mine.map(({session}) => `${session ?? 'none'} connected`).sort();
      if (found.join() !== right.join()) wrong.push(`${user} has ${found.join(', ')} and not ${right.join(', ')}`);
    }
    return wrong;
  });
  for (const client of crowd.clients) {
    if (client.connected && client.session !== undefined && ledger.kicks.wasKicked(client.session)) {
      ledger.violation(`[SES9] ${client.name} goes on with ${client.session}, which was kicked`);
    }
  }
  await expectStatus(stage, new Map(crowd.users.map((user) => [user, 'online'])), 5_000);
  await eventuallyNone('[PRES2] told of presence', 5_000, stage, async () =>
    crowd.clients.flatMap((client) =>
      crowd.users.flatMap((user) => {
        const status = client.presenceOf(user) ?? 'unknown';
        return status === 'online' ? [] : [`${client.name} was told that ${user} is ${status}`];
      }),
    ),
  );
}

function unsettled(clients: readonly Client[]): string[] {
  return clients.flatMap((client) => {
    if (!client.connected) return [`${client.name} is not connected`];
    if (!client.settled) return [`${client.name} waits for something`];
    const [is, wants] = [[...client.rooms.keys()].sort().join(), [...client.wanted].sort().join()];
    return is === wants ? [] : [`${client.name} is in ${is} and wants ${wants}`];
  });
}

function behind(clients: readonly Client[], current: Heads): string[] {
  return clients.flatMap((client) =>
    [...client.rooms].flatMap(([room, {epoch, offset}]) => {
      const now = current.get(room);
      if (now?.epoch === epoch && now.head === offset) return [];
      return [
        `${client.name} is at ${epoch} ${offset} of ${room}, which is at ${now?.epoch ?? '?'} ${now?.head ?? '?'}`,
      ];
    }),
  );
}
