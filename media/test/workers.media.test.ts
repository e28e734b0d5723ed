import {createSocket} from 'node:dgram';
import {expect, test} from 'vitest';
import type {MediaClock, RoomEvent} from '@parley/media';
import {runs, startEngine, systemClock, until} from './with-engine.js';

test('the death of a worker is told to its rooms only, and another takes its place', async () => {
  await using parley = await startEngine({workers: 2});
  const {engine, workers} = parley;
  const told: Record<string, RoomEvent[]> = {first: [], second: []};
  const first = await engine.open((event) => told['first']?.push(event));
  const second = await engine.open((event) => told['second']?.push(event));
  await first.createTransport({direction: 'send', peer: 'ann'});
  await second.createTransport({direction: 'send', peer: 'bob'});

  const victim = workers.find(({closed, pid}) => !closed && pid === engine.workers[0]?.pid)!;
  process.kill(victim.pid, 'SIGKILL');
  await until(() => told['first']?.length === 1, 'the room is told');
  expect(told).toEqual({first: [{kind: 'lost'}], second: []});
  await expect(first.createTransport({direction: 'send', peer: 'ann'})).rejects.toMatchObject({code: 'unknown'});
  expect(engine.available).toBe(true);

  await until(() => engine.workers.every(({pid}) => pid !== undefined), 'another worker runs');
  expect(workers).toHaveLength(3);
  const again = await engine.open(() => undefined);
  await again.createTransport({direction: 'send', peer: 'ann'});
  await second.createTransport({direction: 'receive', peer: 'bob'});
  expect(told).toEqual({first: [{kind: 'lost'}], second: []});
});

test('with its only worker dead the engine says that calls are off for the moment', async () => {
  await using parley = await startEngine();
  const {engine} = parley;
  process.kill(engine.workers[0]!.pid!, 'SIGKILL');
  await until(() => !engine.available, 'the death is noticed');
  expect(engine.unavailable).toMatchObject({fault: 'restarting'});
  await expect(engine.open(() => undefined)).rejects.toMatchObject({code: 'unavailable'});
  await until(() => engine.available, 'another worker runs');
});

test('a worker that answers nothing is killed and replaced; none is because this process stood still', async () => {
  const beats = new Set<() => void>();
  let stoodStillMs = 0;
  const clock: MediaClock = {
    now: () => systemClock.now() + stoodStillMs,
    after: systemClock.after,
    every: (_intervalMs, callback) => {
      beats.add(callback);
      return {cancel: () => void beats.delete(callback)};
    },
  };
  await using parley = await startEngine({clock});
  const {workers} = parley;
  const [worker] = workers;
  for (let beat = 0; beat < 20; beat += 1) {
    stoodStillMs += 60_000;
    for (const callback of beats) callback();
    // What was asked before is answered before.
    await worker!.dump();
  }
  expect(workers).toHaveLength(1);
  process.kill(worker!.pid, 'SIGSTOP');
  for (let beat = 0; beat < 20; beat += 1) for (const callback of beats) callback();
  await until(() => workers.length === 2, 'another worker takes its place');
  expect(runs(worker!.pid)).toBe(false);
});

test('close tells the rooms, leaves no worker process, and may be called again', async () => {
  await using parley = await startEngine({workers: 2});
  const {engine, workers} = parley;
  const events: RoomEvent[] = [];
  await engine.open((event) => events.push(event));
  const pids = workers.map(({pid}) => pid);
  expect(pids.every(runs)).toBe(true);
  await Promise.all([engine.close(), engine.close()]);
  await engine.close();
  expect(events).toEqual([{kind: 'lost'}]);
  expect(pids.filter(runs)).toEqual([]);
  await expect(engine.open(() => undefined)).rejects.toMatchObject({code: 'unavailable'});
});

test('a worker outlives the signals that ask the process to end: the drain decides', async () => {
  const before = process.listeners('SIGTERM').length;
  await using parley = await startEngine();
  expect(process.listeners('SIGTERM')).toHaveLength(before);
  expect(parley.engine.available).toBe(true);
});

test.each([
  ['/no/such/program', 'program'],
  ['/bin/false', 'program'],
])('with %s for a worker calls are off, and nothing else fails', async (workerBin, fault) => {
  await using parley = await startEngine({workerBin, workers: 2});
  expect(parley.engine.available).toBe(false);
  expect(parley.engine.unavailable?.fault).toBe(fault);
  expect(parley.engine.unavailable?.detail).not.toBe('');
  expect(parley.engine.rtpCapabilities.codecs?.map(({mimeType}) => mimeType)).toContain('audio/opus');
});

test('no workers wanted, or an address that cannot be: calls are off and say why', async () => {
  await using off = await startEngine({workers: 0});
  expect(off.engine.unavailable).toMatchObject({fault: 'off'});
  await using lost = await startEngine({listenIp: '203.0.113.77'});
  expect(lost.engine.unavailable).toMatchObject({fault: 'address'});
  expect(lost.engine.unavailable?.detail).toContain('203.0.113.77');
});

test('each worker has the next port; a port that is taken costs that worker only', async () => {
  const blocker = createSocket('udp4');
  await new Promise<void>((resolve) => blocker.bind(0, '127.0.0.1', resolve));
  const {port} = blocker.address();
  try {
    await using parley = await startEngine({workers: 2, firstPort: port});
    expect(parley.engine.available).toBe(true);
    const room = await parley.engine.open(() => undefined);
    const {inner} = await room.createTransport({direction: 'send', peer: 'ann'});
    expect(inner.iceCandidates.map((candidate) => candidate.port)).toEqual([port + 1, port + 1]);
    await using alone = await startEngine({workers: 1, firstPort: port});
    expect(alone.engine.unavailable).toMatchObject({fault: 'port'});
    expect(alone.engine.unavailable?.detail).toContain(String(port));
  } finally {
    blocker.close();
  }
});

test('the announced address is what clients are told, with a sentence in the log', async () => {
  await using parley = await startEngine({listenIp: '0.0.0.0', announcedAddress: 'media.example.org'});
  const room = await parley.engine.open(() => undefined);
  const {inner} = await room.createTransport({direction: 'send', peer: 'ann'});
  expect(inner.iceCandidates.map(({address}) => address)).toEqual(['media.example.org', 'media.example.org']);
  expect(parley.log.all.map(({message}) => message)).toContain(
    'Clients are told to send media to media.example.org; it is received on all addresses.',
  );
});
