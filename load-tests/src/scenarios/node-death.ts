import type {Outcome} from '../crowd/outcome.js';
import {Stage} from '../crowd/stage.js';
import {Progress} from '../progress.js';
import {scenario, type Comparison, type ParametersOf} from '../scenario.js';
import {crowdOptions} from './crowd-options.js';
import {bystanders, reportFailure, returning, type FailureResult} from './failure-report.js';

export interface NodeDeathOutcome extends Outcome {
  /** Lines in the survivors' logs that speak of defects. */
  readonly defects: readonly string[];
}
export type AvalancheResult = FailureResult<'avalanche', NodeDeathOutcome>;
export type NodeKillResult = FailureResult<'node-kill', NodeDeathOutcome>;

const optionsFor = (usual: Parameters<typeof crowdOptions>[0]) => ({
  ...crowdOptions(usual),
  seconds: {about: 'seconds that are written; the node dies after a third of them', default: 15, least: 2, most: 600},
});
const many = optionsFor({clients: 3_000, nodes: 3, rate: 5});
const busy = optionsFor({clients: 300, nodes: 3, rate: 100});

export const avalanche = scenario({
  name: 'avalanche',
  about: 'one of several nodes dies, and all of its many clients come to the others at once',
  options: many,
  run: (parameters, comparison) => runNodeDeath('avalanche', 'Avalanche', parameters, comparison),
});

export const nodeKill = scenario({
  name: 'node-kill',
  about: 'a node dies while many messages are under way: what is lost, what is doubled',
  options: busy,
  run: (parameters, comparison) => runNodeDeath('node-kill', 'A node is killed', parameters, comparison),
});

async function runNodeDeath(
  name: 'avalanche' | 'node-kill',
  title: string,
  parameters: ParametersOf<typeof many>,
  comparison: Comparison,
): Promise<void> {
  const {clients, nodes, rate, seconds} = parameters;
  const progress = new Progress();
  await using stage = await Stage.open(parameters, progress);
  const {crowd} = stage;
  stage.says('before');
  const written = stage.write(rate);
  await stage.pass((seconds * 1_000) / 3);
  crowd.phase = 'trouble';
  stage.says('a node died');
  stage.nodes[0]?.kill('SIGKILL');
  await stage.pass((seconds * 1_000 * 2) / 3);
  crowd.stopWriting();
  const outcome = {...(await stage.settle(await written)), defects: stage.defects};
  progress.settle(`${name}: done`);
  const about = `${String(clients)} clients on ${String(nodes)} nodes, ${String(rate)} messages a second to all of them; after a third of ${String(seconds)} s one node was ended by SIGKILL`;
  const figures = [...returning, ...bystanders];
  reportFailure({scenario: name, parameters, outcome, title, about, figures}, comparison);
}
