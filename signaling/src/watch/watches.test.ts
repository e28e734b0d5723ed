import {ParleyError} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {createMemoryWorld} from '../memory/world.js';
import {NodeWords} from '../nodes/node-words.js';
import {OwedDeeds} from '../nodes/owed-deeds.js';
import {plenty, session} from '../testing/contracts/sessions.js';
import {HandClock, SequentialIds, settled, storeOptions} from '../testing/index.js';
import type {WatchNews, WatchRequest} from '../watches.js';
import {Watches, type WatchBounds} from './watches.js';

let clock = new HandClock();
/** Of the world. */
let usualTimers = 0;
const opened: Watches[] = [];
beforeEach(() => {
  clock = new HandClock();
});
afterEach(() => {
  for (const watches of opened.splice(0)) watches.close();
  expect(clock.timers).toBe(usualTimers);
});

function setUp(bounds: Partial<WatchBounds> = {}) {
  const store = createMemoryWorld({clock}).node(storeOptions('a-1'));
  usualTimers = clock.timers;
  const onDefect = (error: unknown): void => {
    throw error;
  };
  const words = new NodeWords(store.bus, new OwedDeeds(onDefect));
  const watches = new Watches({clock, ids: new SequentialIds(), store, words, onDefect, bounds});
  opened.push(watches);
  const {sessions} = store;
  const tell = async (...users: string[]): Promise<void> => {
    words.broadcast('hub.presence', {users});
    await settled();
  };
  return {
    watches,
    sessions,
    tell,
    come: async (user: string, room?: string) => {
      await sessions.create(session(user, {user, name: user}), plenty);
      if (room !== undefined) await sessions.join(`session-${user}`, room);
      await tell(user);
    },
    call: async (user: string, room: string | undefined) => {
      await sessions.setCall(`session-${user}`, room);
      await tell(user);
    },
    go: async (user: string) => {
      await sessions.end(`session-${user}`);
      await tell(user);
    },
  };
}

const everything: WatchRequest = {selection: {kinds: ['presence', 'sessions', 'calls']}, heartbeatMs: 1_000};
const only = (
  kind: 'presence' | 'sessions' | 'calls',
  more: Partial<WatchRequest['selection']> = {},
): WatchRequest => ({
  selection: {kinds: [kind], ...more},
  heartbeatMs: 1_000,
});

/** Reads a watch as fast as it can. */
async function read(watches: Watches, request: WatchRequest) {
  const watch = await watches.open(request);
  const told: WatchNews[] = [];
  const over = (async () => {
    for await (const news of watch) told.push(news);
  })().catch((error: unknown) => error);
  await settled();
  return {
    told,
    over,
    end: () => {
      watch.end();
    },
    position: () => told.findLast(({position}) => position)?.position,
  };
}

const brief = (news: readonly WatchNews[]): string[] =>
  news.map((one) => {
    switch (one.event) {
      case 'presence':
        return `${one.user} ${one.status} ${one.rooms.join('+')}`.trim();
      case 'session':
        return `${one.session} ${one.state} ${one.rooms.join('+')}`.trim();
      case 'call':
        return `call ${one.room} ${one.state}`;
      case 'peer':
        return `${one.session} ${one.state} ${one.room}`;
      case 'heartbeat':
        return one.current ? 'heartbeat' : 'heartbeat, not current';
      default:
        return one.event;
    }
  });

test('[OPS30] the state comes first, then what changes, each in its kind', async () => {
  const {watches, come, call, go} = setUp();
  await come('ana', 'den');
  await call('ana', 'den');
  const {told} = await read(watches, everything);
  expect(brief(told)).toEqual([
    'snapshot',
    'call den running',
    'ana online den',
    'session-ana connected den',
    'session-ana in den',
    'ready',
  ]);
  told.length = 0;
  await come('bob', 'den');
  await call('bob', 'den');
  await call('ana', undefined);
  await go('bob');
  expect(brief(told)).toEqual([
    'bob online den',
    'session-bob connected den',
    'session-bob connected den',
    'session-bob in den',
    'session-ana connected den',
    'session-ana out den',
    'bob offline',
    'session-bob gone',
    'session-bob out den',
    'call den over',
  ]);
});

test('[OPS31] a watch of rooms sees of everybody what is in these rooms, and no more', async () => {
  const {watches, come, sessions, tell, call} = setUp();
  await come('ana', 'den');
  await come('bob', 'team-1');
  await sessions.join('session-bob', 'den');
  await come('eve');
  const {told} = await read(watches, {...everything, selection: {...everything.selection, rooms: ['team-*']}});
  expect(brief(told)).toEqual(['snapshot', 'bob online team-1', 'session-bob connected team-1', 'ready']);
  told.length = 0;
  await call('bob', 'den');
  expect(told).toEqual([]);
  await sessions.join('session-ana', 'team-2');
  await tell('ana');
  await sessions.leave('session-bob', 'team-1');
  await tell('bob');
  expect(brief(told)).toEqual(['ana online team-2', 'session-ana connected team-2', 'bob offline', 'session-bob gone']);
});

test('[OPS31] a watch of users reads nobody else, and is told no beginnings of calls', async () => {
  const {watches, come, call, sessions} = setUp();
  await come('ana', 'den');
  await come('bob', 'den');
  const asked: string[] = [];
  const {ofUser} = sessions;
  sessions.ofUser = (user) => {
    asked.push(user);
    return ofUser.call(sessions, user);
  };
  const {told} = await read(watches, only('calls', {users: ['ana']}));
  await call('bob', 'den');
  await call('ana', 'den');
  expect(brief(told)).toEqual(['snapshot', 'ready', 'session-ana in den']);
  expect(new Set(asked)).toEqual(new Set(['ana']));
});

test('[OPS32] a watch goes on where it was: nothing twice, nothing left out', async () => {
  const {watches, come, go} = setUp();
  const first = await read(watches, only('presence'));
  await come('ana');
  first.end();
  await first.over;
  await come('bob');
  await go('ana');
  const {told} = await read(watches, {...only('presence'), position: first.position() ?? ''});
  await come('eve');
  expect(brief(told)).toEqual(['resumed', 'bob online', 'ana offline', 'eve online']);
});

test.each([
  ['of another selection', only('sessions')],
  ['of nobody', {...only('presence'), position: 'id-1-1-99'}],
  ['that is none', {...only('presence'), position: 'now'}],
])('[OPS32] with a position %s the state is told again, and why', async (_name, request) => {
  const {watches, come} = setUp();
  const first = await read(watches, only('presence'));
  await come('ana');
  const {told} = await read(watches, {position: first.position() ?? '', ...request});
  expect(told[0]).toMatchObject({event: 'snapshot', why: 'unknown_position'});
});

test('[OPS32] what is further back than is remembered cannot be gone on from', async () => {
  const {watches, come, go} = setUp({turns: 3});
  const first = await read(watches, only('presence'));
  const {position} = first;
  const start = position() ?? '';
  for (let n = 0; n < 4; n += 1) {
    await come(`u${n}`);
    await go(`u${n}`);
  }
  expect((await read(watches, {...only('presence'), position: start})).told[0]).toMatchObject({
    why: 'unknown_position',
  });
  const latest = first.position() ?? '';
  expect((await read(watches, {...only('presence'), position: latest})).told[0]).toMatchObject({event: 'resumed'});
});

test('[OPS32] after a minute without a watch everything is forgotten', async () => {
  const {watches} = setUp();
  const one = await read(watches, only('presence'));
  one.end();
  await clock.pass(59_000);
  const soon = await read(watches, {...only('presence'), position: one.position() ?? ''});
  expect(soon.told[0]).toMatchObject({event: 'resumed'});
  soon.end();
  await clock.pass(60_001);
  const late = await read(watches, {...only('presence'), position: one.position() ?? ''});
  expect(late.told[0]).toMatchObject({why: 'unknown_position'});
});

test('[OPS33] when nothing changes a heartbeat says so, with a position; never more than one waits', async () => {
  const {watches, come} = setUp();
  const {told} = await read(watches, only('presence'));
  await clock.pass(3_500);
  await come('ana');
  await clock.pass(2_000);
  expect(brief(told)).toEqual(['snapshot', 'ready', 'heartbeat', 'heartbeat', 'heartbeat', 'ana online', 'heartbeat']);
  expect(told.at(-1)?.position).toBe(told.at(-2)?.position);
  const idle = await watches.open(only('presence'));
  await clock.pass(10_000);
  idle.end();
});

test('[OPS34] who reads too slowly is told so, nobody else notices, and they go on where they were', async () => {
  const {watches, come, go} = setUp({unread: 10});
  const slow = (await watches.open(only('presence')))[Symbol.asyncIterator]();
  const seen = [await slow.next(), await slow.next()].map(({value}) => value as WatchNews);
  const {told} = await read(watches, only('presence'));
  for (let n = 0; n < 11; n += 1) await come(`u${n}`);
  await expect(slow.next()).rejects.toMatchObject({code: 'slow_reader', limit: 'watch_unread'});
  expect(told.filter(({event}) => event === 'presence')).toHaveLength(11);
  const again = await read(watches, {...only('presence'), position: seen[1]?.position ?? ''});
  await go('u3');
  expect(again.told.filter(({event}) => event === 'presence')).toHaveLength(12);
  expect(again.told[0]).toMatchObject({event: 'resumed'});
});

test('[OPS34] there are no more watches, and no more users followed, than there is place for', async () => {
  const {watches, come} = setUp({watches: 2, users: 3});
  const first = await read(watches, only('presence', {users: ['u1']}));
  const second = await read(watches, only('presence'));
  await expect(watches.open(only('presence'))).rejects.toMatchObject({code: 'overloaded', limit: 'watches'});
  for (let n = 0; n < 4; n += 1) await come(`u${n}`);
  for (const {over} of [first, second]) expect(await over).toMatchObject({code: 'too_many_subscriptions'});
  expect(watches.size).toBe(0);
  await expect(watches.open(only('presence'))).rejects.toMatchObject({limit: 'watched_users'});
  const named = await read(watches, only('presence', {users: ['u1']}));
  expect(brief(named.told)).toEqual(['snapshot', 'u1 online', 'ready']);
});

test('[OPS33] while the store refuses, nothing is told wrongly; then what has changed is', async () => {
  const {watches, come, sessions, tell} = setUp();
  await come('ana');
  const {told} = await read(watches, only('presence'));
  told.length = 0;
  const {ofUser} = sessions;
  sessions.ofUser = () => Promise.reject(new ParleyError('unavailable'));
  await sessions.end('session-ana');
  await tell('ana');
  await clock.pass(1_000);
  expect(brief(told)).toEqual(['heartbeat, not current']);
  await expect(watches.open(only('presence', {users: ['bob']}))).rejects.toMatchObject({code: 'unavailable'});
  sessions.ofUser = (user) => ofUser.call(sessions, user);
  await clock.pass(2_000);
  expect(brief(told)).toContain('ana offline');
});
