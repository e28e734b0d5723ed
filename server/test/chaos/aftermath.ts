import {setTimeout as pause} from 'node:timers/promises';
import {presence, type ResultOf} from '@parley/protocol';
import {connectBare} from '../connect-bare.js';
import type {Client} from './client.js';
import {resumeWindowMs} from './cluster.js';
import type {Stage} from './carry-out.js';
import {rooms} from './crowd.js';

/** How long the cluster may take to be whole again once nothing is broken any more. */
const wholeMs = 25_000;
/** From vanishing to the end of a session: found silent, away, swept. */
const forgottenMs = 3_000 + resumeWindowMs + 5_000;
const mostMiB = 400;
/** Keys that live and die with sessions. */
const ofSessions = /:session:|:connected$|:away$|^parley:session:|^parley:node:|:schedule$/;

type Heads = ReadonlyMap<string, {epoch: string; head: number}>;

/** Waits until the list of what is not as it should be is empty; what is left then are violations. */
async function eventuallyNone(
  what: string,
  withinMs: number,
  stage: Stage,
  find: () => Promise<string[]>,
): Promise<void> {
  const until = performance.now() + withinMs;
  for (;;) {
    const left = await find().catch((error: unknown) => [String(error)]);
    if (left.length === 0) return;
    if (performance.now() > until) {
      for (const one of left) stage.ledger.violation(`${what}: ${one}`);
      return;
    }
    await pause(100);
  }
}

/** Everything is mended and nobody writes: the cluster becomes whole, and nobody misses anything. */
export async function expectWhole(stage: Stage): Promise<void> {
  const {cluster, crowd, ledger} = stage;
  await eventuallyNone('not ready', wholeMs, stage, async () => {
    const ready = await Promise.all(cluster.slots.map((slot) => slot.isReady()));
    return cluster.slots.filter((_, index) => !ready[index]).map(({name}) => name);
  });
  await eventuallyNone('not settled', wholeMs, stage, async () => unsettled(crowd.clients));
  await eventuallyNone('[FEED2] behind', 10_000, stage, async () => behind(crowd.clients, await heads(stage)));
  const current = new Map([...(await heads(stage))].map(([room, {epoch}]) => [room, epoch]));
  for (const one of ledger.lasting(current)) ledger.violation(one);
  for (const one of ledger.unseen(current)) ledger.violation(`[FEED2] acknowledged and never seen: ${one}`);
  for (const one of ledger.doubleJoins()) ledger.violation(`[ROOM2] ${one}`);
}

/** One message in each room reaches who is in it, and nobody else. */
export async function expectProbes(stage: Stage): Promise<void> {
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

/** Who is connected is online and has the one session that its client knows; nobody else is there. */
export async function expectPresence(stage: Stage): Promise<void> {
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
    if (client.connected && client.session !== undefined && ledger.kicks.has(client.session)) {
      ledger.violation(`[SES9] ${client.name} goes on with ${client.session}, which was kicked`);
    }
  }
  await expectStatus(stage, new Map(crowd.users.map((user) => [user, 'online'])), 5_000);
}

/** Some sign out, some vanish: both are forgotten in their time, and nothing is left of them. */
export async function expectForgotten(stage: Stage): Promise<void> {
  const {cluster, crowd} = stage;
  const users = crowd.users;
  const [leavers, vanishers] = [
    users.filter((_, index) => index % 2 === 0),
    users.filter((_, index) => index % 2 === 1),
  ];
  await crowd.stop(({user}) => (leavers.includes(user) ? 'signed out' : 'vanished'));
  await expectStatus(stage, new Map(leavers.map((user) => [user, 'offline'])), 5_000);
  await expectStatus(stage, new Map(vanishers.map((user) => [user, 'offline'])), forgottenMs);
  await eventuallyNone('left in Redis', forgottenMs, stage, async () => {
    const left = (await cluster.keys()).filter((key) => ofSessions.test(key));
    return Promise.all(left.map(async (key) => `${key}: ${(await cluster.redis.command('DUMP', key)).slice(0, 300)}`));
  });
}

/** Memory and open files of every node are those of a node with nobody on it. */
export async function expectSaneProcesses(stage: Stage, filesBefore: ReadonlyMap<string, number>): Promise<void> {
  for (const slot of stage.cluster.slots) {
    const {residentMiB} = await slot.use();
    stage.say(`${slot.name}: ${residentMiB} MiB resident`);
    if (residentMiB > mostMiB) stage.ledger.violation(`${slot.name} has ${residentMiB} MiB resident`);
  }
  await eventuallyNone('open files', 10_000, stage, async () => {
    const wrong: string[] = [];
    for (const slot of stage.cluster.slots) {
      const {files} = await slot.use();
      // A connection of the operations port or of Redis more or less.
      if (files > (filesBefore.get(slot.name) ?? 0) + 8) wrong.push(`${slot.name} has ${files}`);
    }
    return wrong;
  });
}

/** What the nodes logged of themselves: no line of level error or above, no stray text. */
export function expectCleanLogs({cluster, ledger}: Stage): void {
  for (const {name, output} of cluster.slots) {
    const bad = output.split('\n').filter((line) => /unhandledRejection|"level":(?:50|60|"error"|"fatal")/.test(line));
    const strange = output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    for (const line of new Set([...bad, ...strange].map((text) => text.slice(0, 600))))
      ledger.violation(`log of ${name}: ${line}`);
  }
}

async function expectStatus(stage: Stage, right: ReadonlyMap<string, string>, withinMs: number): Promise<void> {
  const node = stage.cluster.slots[0]!.node!;
  await using watcher = await connectBare(node, {user: 'watcher'});
  await eventuallyNone('[PRES1] presence', withinMs, stage, async () => {
    const {users} = await watcher.request<ResultOf<typeof presence.get>>(presence.get.name, {users: [...right.keys()]});
    return users.filter(({user, status}) => right.get(user) !== status).map(({user, status}) => `${user} is ${status}`);
  });
  await watcher.request('session.end');
}

async function heads({cluster}: Stage): Promise<Heads> {
  const found = new Map<string, {epoch: string; head: number}>();
  for (const room of rooms) {
    const answer = await cluster.api(`/rooms/${room}/history?limit=1`);
    if (answer.status === 404) continue;
    if (!answer.ok) throw new Error(`history of ${room}: ${answer.status}`);
    const {epoch, head} = (await answer.json()) as {epoch: string; head: number};
    found.set(room, {epoch, head});
  }
  return found;
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
