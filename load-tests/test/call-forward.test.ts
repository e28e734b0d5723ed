import {expect, test} from 'vitest';
import type {CallForwardResult} from '../src/scenarios/call-forward.js';
import {findJanus} from '../src/subjects/janus.js';
import {runLoad} from './run-load.js';

test('call-forward measures encrypted packets per CPU second, of Parley, bare mediasoup and, where it is, Janus', async () => {
  const size = ['--rooms', '1', '--peers', '3', '--seconds', '1', '--rounds', '1'];
  const {stdout, result, page} = await runLoad<CallForwardResult>('call-forward', '--peer', 'mediasoup,janus', ...size);
  expect(stdout).toContain('parley / mediasoup');
  const janus = findJanus();
  expect(Object.keys(result.subjects)).toEqual(['parley', 'mediasoup', ...('program' in janus ? ['janus'] : [])]);
  if ('missing' in janus) expect(page).toContain(`janus is left out: ${janus.missing}`);
  for (const subject of Object.values(result.subjects)) {
    expect(subject.deliveredPct).toBeGreaterThan(50);
    expect(subject.packetsPerWorkerCpuSecond).toBeGreaterThan(0);
    expect(subject.latencyMs.p99).toBeGreaterThan(0);
  }
  expect(page).toContain('Packets per CPU second of the worker');
});

test('call-forward has Parley and its peer forward in the same seconds, and compares them round by round', async () => {
  const size = ['--rooms', '1', '--peers', '2', '--seconds', '1', '--rounds', '2', '--together', '1'];
  const {result, page} = await runLoad<CallForwardResult>('call-forward', '--peer', 'mediasoup', ...size);
  for (const subject of Object.values(result.subjects)) expect(subject.deliveredPct).toBeGreaterThan(50);
  expect(result.ratios['mediasoup']?.['packetsPerWorkerCpuSecond']).toBeGreaterThan(0);
  expect(page).toContain('all subjects in the same seconds');
});
