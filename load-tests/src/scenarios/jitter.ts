import {Stage} from '../crowd/stage.js';
import {Progress} from '../progress.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {crowdOptions} from './crowd-options.js';
import {reportFailure, returning, type FailureResult} from './failure-report.js';

export type JitterResult = FailureResult<'jitter'>;

const options = {
  ...crowdOptions({clients: 2_000, nodes: 2, rate: 2}),
  messages: {about: 'messages that everybody is to receive', default: 120, least: 1, most: 100_000},
  every: {about: 'seconds after which a connection is cut, on average', default: 15, least: 1, most: 600},
  away: {about: 'seconds that a cut client stays away', default: 2, least: 0, most: 60},
};

export const jitter = scenario({
  name: 'jitter',
  about: 'every connection is cut again and again while messages go to all: what arrives, and how soon',
  options,
  run: runJitter,
});

/** A bad mobile network: nobody's connection lasts, and yet everybody is to receive everything once. */
async function runJitter(parameters: ParametersOf<typeof options>, comparison: Comparison): Promise<void> {
  const {clients, nodes, rate, messages, every, away} = parameters;
  const progress = new Progress();
  await using stage = await Stage.open(parameters, progress);
  stage.says('cutting connections');
  const {crowd} = stage;
  crowd.cut(every * 1_000, away * 1_000);
  const accepted = await stage.write(rate, messages);
  crowd.stopCutting();
  const outcome = await stage.settle(accepted);
  progress.settle('jitter: done');
  const about = `${String(clients)} clients on ${String(nodes)} nodes, ${String(messages)} messages at ${String(rate)} a second to all of them; every connection was cut about every ${String(every)} s, and its client stayed away for ${String(away)} s`;
  reportFailure({scenario: 'jitter', parameters, outcome, title: 'Jitter', about, figures: returning}, comparison);
}
