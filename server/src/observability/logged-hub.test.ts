import {expect, test} from 'vitest';
import {loggedHub} from './logged-hub.js';
import {createLogger} from './logger.js';
import {createMetrics} from './metrics.js';

test('[SES13] a reused resume key is counted, and an operator reads whose session it ended', async () => {
  const lines: string[] = [];
  const metrics = createMetrics({version: '1.2.3'});
  const hub = loggedHub(metrics.hub, createLogger({level: 'warn', format: 'json', write: (line) => lines.push(line)}));
  hub.resumeKeyReused('s_1', 'ann');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    {level: 40, session: 's_1', user: 'ann', msg: expect.stringContaining('stolen') as string},
  ]);
  expect(await metrics.text()).toMatch(/^parley_resume_keys_reused_total 1$/m);
});
