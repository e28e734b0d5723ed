import {expect, test} from 'vitest';
import type {CallHostsResult} from '../src/scenarios/call-hosts.js';
import {TwoHosts} from '../src/subjects/two-hosts.js';
import {runLoad} from './run-load.js';

const {missing} = TwoHosts;
if (missing !== undefined) console.log(missing);

test.skipIf(missing !== undefined)(
  '[CALL65] [CALL66] [CALL68] call-hosts has peers on two hosts hear each other by a pipe, and again after the line between them was down, and after a worker died',
  async () => {
    const {stdout, result, page} = await runLoad<CallHostsResult>('call-hosts', '--calls', '1', '--away', '1');
    expect(stdout).toContain('pipes made anew');
    const {cut, death} = result.subjects as Record<'cut' | 'death', CallHostsResult['subjects'][string]>;
    expect(death.pipes).toEqual([1, 1]);
    expect(Math.min(...cut.pipes)).toBeGreaterThanOrEqual(1);
    expect([cut.silentMs.count, cut.told, cut.notBack]).toEqual([2, 0, 0]);
    // By whichever node runs the call: its own peer, or both, come again.
    expect(death.told).toBeGreaterThanOrEqual(1);
    expect(death.notBack).toBe(0);
    expect(page).toContain('The longest silence of the peer on the other host');
  },
);
