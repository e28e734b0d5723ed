import {parseArgs} from 'node:util';

/** A mistake in the command line: printed as one sentence, without a stack. */
export class UsageError extends Error {}

export const peerNames = ['uws-raw', 'socketio-uws', 'socketio-ws'] as const;
export type PeerName = (typeof peerNames)[number];

export interface FanoutParameters {
  /** Receiving connections, spread evenly over the rooms. */
  readonly clients: number;
  readonly rooms: number;
  /** Messages per second and room. */
  readonly rate: number;
  /** Messages that a room's publisher sends in one turn. */
  readonly burst: number;
  /** Bytes of a message's text. */
  readonly bytes: number;
  /** Measured seconds per subject, all rounds together. */
  readonly seconds: number;
  /** How often each subject gets its turn, so that a noisy moment of the machine hits all alike. */
  readonly rounds: number;
}

export interface IdleParameters {
  /** Sessions, each of a user of its own, spread evenly over the rooms. */
  readonly clients: number;
  readonly rooms: number;
  /** How long everything is left alone before the memory is read. */
  readonly settleSeconds: number;
}

/** What every scenario is told. */
export interface Comparison {
  readonly peers: readonly PeerName[];
  readonly json: string | undefined;
  readonly report: string | undefined;
}

export type Command = Comparison &
  (
    | {readonly scenario: 'fanout'; readonly parameters: FanoutParameters}
    | {readonly scenario: 'idle'; readonly parameters: IdleParameters}
  );

const scenarios = ['fanout', 'idle'] as const satisfies readonly Command['scenario'][];

export const usage = `usage: npm run load -- SCENARIO [options]

fanout: what it costs to bring one message to many
  --clients N       receiving connections (1000)
  --rooms N         rooms they are spread over (1)
  --rate R          messages per second and room (50)
  --burst N         messages that a publisher sends in one turn (10)
  --bytes N         bytes of a message's text (64)
  --seconds S       measured seconds per subject (10)
  --rounds N        turns that each subject gets, the seconds shared among them (2)

idle: the memory of sessions that are connected, authenticated, joined and present
  --clients N       sessions, each of a user of its own (10000)
  --rooms N         rooms they are spread over (100)
  --settle S        seconds to leave everything alone before the memory is read (10)

all scenarios:
  --peer LIST       peers to measure in the same run (none), separated by commas: socketio-uws, socketio-ws;
                    and for fanout uws-raw
  --json FILE       write the figures
  --report FILE     draw them as an HTML page
`;

function number(name: string, value: string, [least, most]: readonly [number, number]): number {
  const parsed = Number(value);
  if (!Number.isFinite(parsed) || parsed < least || parsed > most) {
    throw new UsageError(`--${name} must be a number from ${String(least)} to ${String(most)}, not "${value}".`);
  }
  return parsed;
}

/** A bare uWS socket holds no session whose memory could be compared. */
const peersOf: Readonly<Record<Command['scenario'], readonly PeerName[]>> = {
  fanout: peerNames,
  idle: ['socketio-uws', 'socketio-ws'],
};

function peers(scenario: Command['scenario'], value: string | undefined): PeerName[] {
  const known = peersOf[scenario];
  const names = (value ?? '').split(',').filter((name) => name !== '');
  return names.map((name) => {
    const peer = known.find((one) => one === name);
    if (!peer) throw new UsageError(`--peer knows ${known.join(', ')}, not "${name}".`);
    return peer;
  });
}

type Values = Readonly<Record<string, string | undefined>>;

const common = ['peer', 'json', 'report'] as const;
const optionsOf: Readonly<Record<Command['scenario'], readonly string[]>> = {
  fanout: ['clients', 'rooms', 'rate', 'burst', 'bytes', 'seconds', 'rounds'],
  idle: ['clients', 'rooms', 'settle'],
};

function options(scenario: Command['scenario'], args: readonly string[]): {values: Values; positionals: string[]} {
  const names = [...common, ...optionsOf[scenario]];
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(names.map((name) => [name, {type: 'string' as const}])),
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), {cause: error});
  }
}

function spread(values: Values, defaults: {clients: string; rooms: string}): {clients: number; rooms: number} {
  const clients = number('clients', values['clients'] ?? defaults.clients, [1, 20_000]);
  const rooms = number('rooms', values['rooms'] ?? defaults.rooms, [1, 1_000]);
  if (rooms > clients) throw new UsageError('--rooms must not exceed --clients: every room needs a receiver.');
  return {clients, rooms};
}

const fanout = (values: Values): FanoutParameters => ({
  ...spread(values, {clients: '1000', rooms: '1'}),
  rate: number('rate', values['rate'] ?? '50', [0.1, 10_000]),
  burst: number('burst', values['burst'] ?? '10', [1, 1_000]),
  bytes: number('bytes', values['bytes'] ?? '64', [40, 4_000]),
  seconds: number('seconds', values['seconds'] ?? '10', [1, 600]),
  rounds: number('rounds', values['rounds'] ?? '2', [1, 20]),
});

const idle = (values: Values): IdleParameters => ({
  ...spread(values, {clients: '10000', rooms: '100'}),
  settleSeconds: number('settle', values['settle'] ?? '10', [1, 600]),
});

export function parseCommand(args: readonly string[]): Command {
  const [given, ...rest] = args;
  if (given === undefined) throw new UsageError(usage);
  const scenario = scenarios.find((name) => name === given);
  if (scenario === undefined) {
    throw new UsageError(`There is no scenario "${given}"; there are: ${scenarios.join(', ')}.`);
  }
  const {values, positionals} = options(scenario, rest);
  if (positionals.length > 0) throw new UsageError(`What is "${positionals.join(' ')}"? See --help.`);
  const comparison = {peers: peers(scenario, values['peer']), json: values['json'], report: values['report']};
  switch (scenario) {
    case 'fanout':
      return {...comparison, scenario, parameters: fanout(values)};
    case 'idle':
      return {...comparison, scenario, parameters: idle(values)};
  }
}
