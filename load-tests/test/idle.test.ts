import {expect, test} from 'vitest';
import type {IdleResult} from '../src/scenarios/idle.js';
import {runLoad} from './run-load.js';

test('idle holds sessions on Parley and a peer, and writes what a session costs', async () => {
  const load = ['--peer', 'socketio-uws', '--clients', '300', '--rooms', '3', '--settle', '1'];
  const {stdout, result, page} = await runLoad<IdleResult>('idle', ...load);
  expect(stdout).toContain('parley / socketio-uws');
  expect(Object.keys(result.subjects)).toEqual(['parley', 'socketio-uws']);
  for (const subject of Object.values(result.subjects)) {
    expect(subject.sessions).toBe(303);
    expect(subject.emptyBytes).toBeGreaterThan(10_000_000);
  }
  expect(page).toContain('Resident memory per session');
});
