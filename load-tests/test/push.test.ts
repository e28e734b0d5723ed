import {spawnSync} from 'node:child_process';
import {expect, test} from 'vitest';
import type {PushResult} from '../src/scenarios/push.js';
import {runLoad} from './run-load.js';

/** Where there is no nats-server it says so, and measures the others. */
const withoutNats = spawnSync('nats-server', ['--version'], {stdio: 'ignore'}).status !== 0;

test('[OPS8] push: by every door all pushes come to their users, and what they cost is told', async () => {
  const {result, stdout} = await runLoad<PushResult>('push', '--users', '10', '--seconds', '1', '--rounds', '1');
  const doors = ['http', 'http-batch', 'grpc', 'grpc-stream', ...(withoutNats ? [] : ['nats'])];
  expect(Object.keys(result.subjects)).toEqual(doors);
  for (const [door, {lost, pushesPerSecond, cpuMicros, halfLoadMs}] of Object.entries(result.subjects)) {
    expect(lost, door).toBe(0);
    for (const figure of [pushesPerSecond, cpuMicros, halfLoadMs.p99]) expect(figure, door).toBeGreaterThan(0);
  }
  expect(stdout).toMatch(/grpc-stream: [\d.]+ × the pushes per second of http/);
});
