import {expect, test} from 'vitest';
import type {CrossnodeResult} from '../src/scenarios/crossnode.js';
import {runLoad} from './run-load.js';

test('crossnode drives two nodes over a Redis, Parley’s and a peer’s, and loses, doubles and disorders nothing', async () => {
  const load = ['--peer', 'socketio-sharded', '--rooms', '2', '--window', '50', '--seconds', '1', '--rounds', '1'];
  const {stdout, result, page} = await runLoad<CrossnodeResult>('crossnode', ...load);
  expect(stdout).toContain('parley / socketio-sharded');
  expect(Object.keys(result.subjects)).toEqual(['parley', 'socketio-sharded']);
  for (const subject of Object.values(result.subjects)) {
    expect(subject).toMatchObject({deliveredPct: 100, duplicates: 0, disordered: 0, refused: 0});
    expect(subject.answered.messagesPerSecond).toBeGreaterThan(0);
  }
  expect(page).toContain('CPU per answered message');
});
