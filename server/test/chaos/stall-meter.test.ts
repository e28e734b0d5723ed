import {spawn, type ChildProcess} from 'node:child_process';
import {existsSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {expect, test} from 'vitest';
import {eventually} from '../eventually.js';
import {StallMeter} from './stall-meter.js';

const spin = (): ChildProcess => spawn(process.execPath, ['-e', 'for (;;);'], {stdio: 'ignore'});

test.runIf(existsSync('/proc/self/schedstat'))(
  'what processes wait for a core is stall, and is not counted as time',
  async () => {
    const busy = Array.from({length: availableParallelism() + 2}, spin);
    using meter = new StallMeter(() => busy.flatMap(({pid}) => pid ?? []));
    const elapsed = meter.begin();
    try {
      await eventually(() => meter.totalMs > 200, 'stalls');
      const {tookMs, calmMs} = elapsed();
      expect(calmMs).toBeGreaterThanOrEqual(0);
      expect(calmMs).toBeLessThan(tookMs - 150);
    } finally {
      for (const one of busy) one.kill('SIGKILL');
    }
  },
);
