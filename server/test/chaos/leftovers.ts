import {forgottenMs} from './bounds.js';
import type {Stage} from './carry-out.js';
import {rooms} from './rooms.js';
import {eventuallyNone} from './eventually-none.js';
import {expectStatus, watcher} from './expect-status.js';
import type {NodeUse} from './node-slot.js';

/** What a process uses beyond its heap and gives back late: buffers, code, what the allocator keeps for itself. */
const residentMarginMiB = 150;
/** What a process learns to know in its life, garbage collected: code, rooms, metrics. */
const heapMarginMiB = 16;
/** A connection of the operations port or of Redis more or less. */
const handleMargin = 8;
/** Keys that live and die with sessions. */
const ofSessions = /:session:|:connected$|:away$|^parley:session:|^parley:node:|:schedule$/;

/** What there was before anybody came. */
export interface Base {
  readonly use: ReadonlyMap<string, NodeUse>;
  /** Channels of Redis that nodes listen to. */
  readonly channels: number;
}

/** Some sign out, some vanish: both are forgotten in their time, and nothing is left of them. */
export async function expectForgotten(stage: Stage, base: Base): Promise<void> {
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
    const left = [...(await cluster.keys()).keys()].filter((key) => ofSessions.test(key));
    return left.slice(0, 5);
  });
  const lasting = [...(await cluster.keys())].flatMap(([key, ttlMs]) => (ttlMs === -1 ? [key] : []));
  const strange = lasting.filter((key) => !mayLast(key, users)).sort();
  if (strange.length > 0) stage.ledger.violation(`keys that end with nothing: ${strange.join(' ')}`);
  await eventuallyNone('channels', forgottenMs, stage, async () => {
    const channels = await cluster.channels();
    return channels > base.channels ? [`${channels} are listened to, and were ${base.channels} at first`] : [];
  });
}

/** Rooms and memberships last, and what the nodes know of each other; nothing else does, whatever happened and for how long. */
function mayLast(key: string, users: readonly string[]): boolean {
  const [, room] = /^parley:room:\{(.+)\}(?::feed|:members|:order)?$/.exec(key) ?? [];
  if (room !== undefined) return (rooms as readonly string[]).includes(room);
  const [, user] = /^parley:user:\{(.+)\}:rooms$/.exec(key) ?? [];
  if (user !== undefined) return [...users, watcher].includes(user);
  return /^parley:(?:rooms|\{nodes\}:(?:beats|descriptions|watch))$/.test(key);
}

/** What every process uses is what one uses with nobody on it. */
export async function expectSaneProcesses(stage: Stage, {use: fresh}: Base): Promise<void> {
  await eventuallyNone('left in a process', 15_000, stage, async () => {
    const wrong: string[] = [];
    for (const slot of stage.cluster.slots) {
      const [use, before] = [await slot.use(), fresh.get(slot.name)];
      const check = (what: keyof NodeUse, most: number): void => {
        if (use[what] > most) wrong.push(`${slot.name} has ${use[what]} ${what}, more than ${most}`);
      };
      check('connections', 0);
      check('files', (before?.files ?? 0) + handleMargin);
      check('handles', (before?.handles ?? 0) + handleMargin);
      check('heapMiB', (before?.heapMiB ?? 0) + heapMarginMiB);
      check('residentMiB', (before?.residentMiB ?? 0) + residentMarginMiB);
    }
    return wrong;
  });
}

/** What the nodes logged of themselves: no line of level error or above, no stray text. */
export function expectCleanLogs({cluster, ledger}: Stage, {loses}: {readonly loses: boolean}): void {
  for (const {name, output} of cluster.slots) {
    const own = (line: string): boolean => !(loses && line.includes('Redis has lost events'));
    const bad = output
      .split('\n')
      .filter(own)
      .filter((line) => /unhandledRejection|"level":(?:50|60|"error"|"fatal")/.test(line));
    const strange = output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    for (const line of new Set([...bad, ...strange].map((text) => text.slice(0, 600))))
      ledger.violation(`log of ${name}: ${line}`);
  }
}
