import {ParleyError, type Position} from '@parley/protocol';
import type {FeedListener} from '@parley/signaling';
import {settled} from '@parley/signaling/testing';
import {expect, test} from 'vitest';
import {loggedEntry, type FeedMessage, type LoggedEntry, type Standing} from './feed-message.js';
import {RoomFollower, type RoomFollowerOptions} from './room-follower.js';
import type {LogPage} from './room-log.js';

/** A log in this process that counts how often it is read, and answers when it is told to. */
class Log {
  epoch = 'e1';
  entries: LoggedEntry[] = [];
  reads = 0;
  away = false;
  /** While set, answers wait for it. */
  hold: Promise<void> = Promise.resolve();

  get head(): Standing {
    const last = this.entries.at(-1);
    return {epoch: this.epoch, offset: last?.entry.offset ?? 0, stamp: last?.stamp ?? 1};
  }

  append(stamp = this.head.stamp + 10): FeedMessage {
    const logged = loggedEntry(this.epoch, this.head.offset + 1, stamp, 'chat.message', `{"n":${stamp}}`);
    this.entries.push(logged);
    return {kind: 'entries', logged: [logged]};
  }

  async read({after = 0, limit}: {after?: number; limit: number}): Promise<LogPage> {
    this.reads += 1;
    if (this.reads > 100) throw new Error('The log is read again and again.');
    const page = {
      head: this.head,
      tail: this.entries[0]?.entry.offset ?? this.head.offset + 1,
      logged: this.entries.filter(({entry}) => entry.offset > after).slice(0, limit),
    };
    await this.hold;
    if (this.away) throw new ParleyError('unavailable');
    return page;
  }

  async check(asked: Standing): Promise<Standing> {
    if (this.away) throw new ParleyError('unavailable');
    const other = this.entries.find(({entry, stamp}) => entry.offset === asked.offset && stamp !== asked.stamp);
    if (asked.epoch === this.epoch && (asked.offset > this.head.offset || other)) this.epoch += '+';
    return Promise.resolve(this.head);
  }
}

class Told implements FeedListener {
  readonly seen: string[] = [];
  onEntry({epoch, offset}: {epoch: string; offset: number}): void {
    this.seen.push(`${epoch}/${offset}`);
  }
  onEphemeral({name}: {name: string}): void {
    this.seen.push(name);
  }
  onReset({epoch, offset}: Position): void {
    this.seen.push(`reset ${epoch}/${offset}`);
  }
}

async function follow(log = new Log()): Promise<{log: Log; follower: RoomFollower; told: string[]}> {
  const logs: RoomFollowerOptions['logs'] = {
    read: (_, query) => log.read(query),
    check: (_, asked) => log.check(asked),
  };
  const follower = new RoomFollower({
    room: 'lobby',
    logs,
    onRepaired: () => undefined,
    onDefect: (error) => {
      throw error;
    },
  });
  await follower.begin();
  const told = new Told();
  follower.add(told);
  return {log, follower, told: told.seen};
}

test('[FEED4] what comes in order is delivered within the call, without reading', async () => {
  const {log, follower, told} = await follow();
  follower.receive(log.append());
  follower.receive(log.append());
  expect(told).toEqual(['e1/1', 'e1/2']);
  expect(log.reads).toBe(1);
});

test('[FEED2] what comes twice is delivered once', async () => {
  const {log, follower, told} = await follow();
  const message = log.append();
  for (let time = 0; time < 3; time += 1) follower.receive(message);
  expect(told).toEqual(['e1/1']);
  expect(log.reads).toBe(1);
});

test('[FEED4] nothing newer is delivered while a gap is repaired, and all of it afterwards', async () => {
  const {log, follower, told} = await follow();
  let release = (): void => {};
  log.hold = new Promise((resolve) => (release = resolve));
  log.append();
  follower.receive(log.append());
  await settled();
  follower.receive(log.append());
  follower.receive(log.append());
  expect(told).toEqual([]);
  release();
  await settled();
  expect(told).toEqual(['e1/1', 'e1/2', 'e1/3', 'e1/4']);
  follower.receive(log.append());
  expect(told.at(-1)).toBe('e1/5');
});

test('[FEED6] a gap that cannot be repaired waits for the store, and the next message tries again', async () => {
  const {log, follower, told} = await follow();
  log.away = true;
  log.append();
  follower.receive(log.append());
  await settled();
  await expect(follower.compare({always: true})).rejects.toMatchObject({code: 'unavailable'});
  expect(told).toEqual([]);
  log.away = false;
  follower.receive(log.append());
  await settled();
  expect(told).toEqual(['e1/1', 'e1/2', 'e1/3']);
});

test('[FEED5] a message of another epoch resets before it is delivered, and late ones of the old epoch are ignored', async () => {
  const {log, follower, told} = await follow();
  follower.receive(log.append());
  const late = log.append();
  log.epoch = 'e2';
  follower.receive(log.append());
  follower.receive(late);
  await settled();
  expect(told).toEqual(['e1/1', 'reset e2/2', 'e2/3']);
  expect(follower.position).toEqual({epoch: 'e2', offset: 3});
  expect(follower.recent(2)?.length).toBe(1);
  expect(follower.recent(1)).toBeUndefined();
});

test('[FEED5] a newer message that is not further shows that the store went back', async () => {
  const {log, follower, told} = await follow();
  for (let n = 0; n < 3; n += 1) follower.receive(log.append());
  log.entries.length = 1;
  follower.receive(log.append(1_000));
  await settled();
  expect(told.slice(3)).toEqual(['reset e1+/2']);
});

test('[FEED2] a log that no longer reaches back to the position is a reset in the same epoch', async () => {
  const {log, follower, told} = await follow();
  follower.receive(log.append());
  for (let n = 0; n < 4; n += 1) log.append();
  log.entries.splice(0, 3);
  await follower.compare({always: true});
  expect(told).toEqual(['e1/1', 'reset e1/5']);
});

test('[FEED4] a busy room is not compared, a quiet one is', async () => {
  const {log, follower, told} = await follow();
  follower.receive(log.append());
  log.append();
  await follower.compare({always: false});
  expect(told).toEqual(['e1/1']);
  await follower.compare({always: false});
  expect(told).toEqual(['e1/1', 'e1/2']);
});

test('[FEED6] what was heard of and went with the store is not looked for for ever', async () => {
  const {log, follower, told} = await follow();
  follower.receive(log.append());
  log.append();
  const {reads} = log;
  const heard = log.append(1_000_000);
  log.entries.length = 1;
  follower.receive(heard);
  await settled();
  expect(log.reads - reads).toBeLessThan(5);
  follower.receive(log.append());
  expect(told).toEqual(['e1/1', 'e1/2']);
});

test('[FEED5] after an interruption what seems to be the next entry is not delivered before the position is compared', async () => {
  const {log, follower, told} = await follow();
  follower.receive(log.append());
  follower.receive(log.append());
  follower.interrupted();
  // The store came back without the second entry, and others went on from the first.
  log.entries.length = 1;
  log.append(1_000);
  follower.receive(log.append());
  await settled();
  expect(told).toEqual(['e1/1', 'e1/2']);
  await follower.compare({always: true});
  expect(told).toEqual(['e1/1', 'e1/2', 'reset e1+/3']);
  follower.receive(log.append());
  expect(told.at(-1)).toBe('e1+/4');
});

test('[FEED4] after an interruption that lost nothing but messages, they are delivered with the comparison', async () => {
  const {log, follower, told} = await follow();
  follower.receive(log.append());
  follower.interrupted();
  log.append();
  follower.receive(log.append());
  expect(told).toEqual(['e1/1']);
  await follower.compare({always: false});
  expect(told).toEqual(['e1/1', 'e1/2', 'e1/3']);
});

test('[FEED5] a repair that an interruption overtakes delivers nothing before the position is compared', async () => {
  const {log, follower, told} = await follow();
  let release = (): void => {};
  log.hold = new Promise((resolve) => (release = resolve));
  log.append();
  follower.receive(log.append());
  await settled();
  follower.interrupted();
  release();
  await settled();
  expect(told).toEqual([]);
  await follower.compare({always: false});
  expect(told).toEqual(['e1/1', 'e1/2']);
});

test('[FEED8] an ephemeral event is passed on whatever is being repaired', async () => {
  const {log, follower, told} = await follow();
  log.away = true;
  log.append();
  follower.receive(log.append());
  follower.receive({kind: 'ephemeral', event: {name: 'chat.typing', data: {}}});
  await settled();
  expect(told).toEqual(['chat.typing']);
});

test('a closed follower tells nobody anything', async () => {
  const {log, follower, told} = await follow();
  log.append();
  follower.receive(log.append());
  follower.close();
  await settled();
  follower.receive(log.append());
  expect(told).toEqual([]);
});
