import {expect, test} from 'vitest';
import type {FanoutResult} from '../src/scenarios/fanout.js';
import {runLoad} from './run-load.js';

test('fanout measures Parley and all three peers over the network, and writes figures and a page', async () => {
  const load = ['--clients', '40', '--rooms', '2', '--rate', '40', '--seconds', '2', '--rounds', '1'];
  const peers = ['--peer', 'uws-raw,socketio-uws,socketio-ws'];
  const {stdout, result, page} = await runLoad<FanoutResult>('fanout', ...peers, ...load);
  expect(stdout).toContain('parley / uws-raw');
  expect(Object.keys(result.subjects)).toEqual(['parley', 'uws-raw', 'socketio-uws', 'socketio-ws']);
  for (const subject of Object.values(result.subjects)) {
    expect(subject).toMatchObject({deliveredPct: 100, duplicates: 0, disordered: 0});
    expect(subject.latencyMs.p99).toBeGreaterThan(0);
  }
  expect(Object.keys(result.ratios)).toEqual(['uws-raw', 'socketio-uws', 'socketio-ws']);
  expect(page).toContain('Server CPU per delivery');
});

test('a mistake in the command line is one sentence and exit code 2', async () => {
  const failed = runLoad('fanout', '--clients', 'many');
  await expect(failed).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--clients must be a number') as unknown,
  });
});
