import {parseArgs} from 'node:util';
import type {Comparison, Scenario} from './scenario.js';
import {scenarios} from './scenarios/all.js';
import type {PeerName} from './subjects/peer-names.js';
import {UsageError} from './usage-error.js';

export interface Command extends Comparison {
  readonly scenario: Scenario;
  /** As given, by option. */
  readonly given: Readonly<Record<string, string | undefined>>;
}

const describe = ({name, about, options, peers}: Scenario): string =>
  [
    `${name}: ${about}`,
    ...Object.entries(options).map(
      ([option, {about: what, default: usual}]) => `  --${`${option} N`.padEnd(15)} ${what} (${String(usual)})`,
    ),
    ...(peers.length > 0 ? [`  --peer LIST       peers to measure in the same run (none): ${peers.join(',')}`] : []),
  ].join('\n');

export const usage = `usage: npm run load -- SCENARIO [options]

${scenarios.map(describe).join('\n\n')}

all scenarios:
  --json FILE       write the figures
  --report FILE     draw them as an HTML page
`;

/** @throws {UsageError} if the scenario, an option or a value is not known. */
export function parseCommand(args: readonly string[]): Command {
  const [given, ...rest] = args;
  if (given === undefined) throw new UsageError(usage);
  const chosen = scenarios.find(({name}) => name === given);
  if (chosen === undefined) {
    const known = scenarios.map(({name}) => name).join(', ');
    throw new UsageError(`There is no scenario "${given}"; there are: ${known}.`);
  }
  const {values, positionals} = options(chosen, rest);
  if (positionals.length > 0) throw new UsageError(`What is "${positionals.join(' ')}"? See --help.`);
  chosen.parameters(values);
  const comparison = {peers: peers(chosen, values['peer']), json: values['json'], report: values['report']};
  return {...comparison, scenario: chosen, given: values};
}

function options({options: own}: Scenario, args: readonly string[]) {
  const names = ['peer', 'json', 'report', ...Object.keys(own)];
  try {
    const {values, positionals} = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(names.map((name) => [name, {type: 'string' as const}])),
    });
    return {values: values as Readonly<Record<string, string | undefined>>, positionals};
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), {cause: error});
  }
}

function peers({name: scenario, peers: known}: Scenario, value: string | undefined): PeerName[] {
  const names = (value ?? '').split(',').filter((name) => name !== '');
  return names.map((name) => {
    const peer = known.find((one) => one === name);
    if (peer) return peer;
    const knows = known.length === 0 ? `${scenario} has no peers to measure` : `--peer knows ${known.join(', ')}`;
    throw new UsageError(`${knows}, not "${name}".`);
  });
}
