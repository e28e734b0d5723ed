import {writeFileSync} from 'node:fs';
import type {Command} from '../arguments.js';
import {Progress} from '../progress.js';
import {htmlReport} from '../report/html.js';
import {compare, machine, type FanoutResult} from '../report/result.js';
import {textReport} from '../report/text.js';
import {startParley} from '../subjects/parley.js';
import {startPeer} from '../subjects/peer.js';
import type {RunningSubject} from '../subjects/subject.js';
import {Measurement} from './measure-subject.js';

/**
 * What it costs a server to bring one message to many: server CPU time per delivery, of Parley and of peers on the same
 * machine in the same run. Each subject is a process of its own and gets its turn in every round.
 */
export async function runFanout({parameters, peers, json, report}: Command): Promise<void> {
  const starts = new Map<string, () => Promise<RunningSubject>>([
    ['parley', startParley],
    ...peers.map((name) => [name, () => startPeer(name)] as const),
  ]);
  const measurements = new Map([...starts.keys()].map((name) => [name, new Measurement()]));
  const progress = new Progress();
  for (let round = 1; round <= parameters.rounds; round += 1) {
    for (const [name, measurement] of measurements) {
      const subject = await starts.get(name)?.();
      if (!subject) continue;
      try {
        await measurement.round(subject, parameters, progress);
      } finally {
        await subject.stop();
      }
      progress.settle(`${name}: round ${String(round)} of ${String(parameters.rounds)} done`);
    }
  }
  const subjects = Object.fromEntries([...measurements].map(([name, measurement]) => [name, measurement.result]));
  const result: FanoutResult = {
    scenario: 'fanout',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects,
    ratios: compare(subjects),
  };
  process.stdout.write(`${textReport(result)}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  if (report !== undefined) writeFileSync(report, htmlReport(result));
}
