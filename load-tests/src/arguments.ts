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

export interface Command {
  readonly scenario: 'fanout';
  readonly parameters: FanoutParameters;
  readonly peers: readonly PeerName[];
  readonly json: string | undefined;
  readonly report: string | undefined;
}

export const usage = `usage: npm run load -- fanout [options]

  --peer LIST       peers to measure in the same run: ${peerNames.join(', ')} (comma-separated; none)
  --clients N       receiving connections (1000)
  --rooms N         rooms they are spread over (1)
  --rate R          messages per second and room (50)
  --burst N         messages that a publisher sends in one turn (10)
  --bytes N         bytes of a message's text (64)
  --seconds S       measured seconds per subject (10)
  --rounds N        turns that each subject gets, the seconds shared among them (2)
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

const isPeer = (name: string): name is PeerName => peerNames.some((peer) => peer === name);

function peers(value: string | undefined): PeerName[] {
  const names = (value ?? '').split(',').filter((name) => name !== '');
  return names.map((name) => {
    if (!isPeer(name)) throw new UsageError(`--peer knows ${peerNames.join(', ')}, not "${name}".`);
    return name;
  });
}

function options(args: readonly string[]): {values: Record<string, string | undefined>; positionals: string[]} {
  const names = ['peer', 'clients', 'rooms', 'rate', 'burst', 'bytes', 'seconds', 'rounds', 'json', 'report'];
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

export function parseCommand(args: readonly string[]): Command {
  const {values, positionals} = options(args);
  const [scenario, ...rest] = positionals;
  if (scenario !== 'fanout' || rest.length > 0) {
    throw new UsageError(
      scenario === undefined ? usage : `There is no scenario "${positionals.join(' ')}"; there is: fanout.`,
    );
  }
  const clients = number('clients', values['clients'] ?? '1000', [1, 20_000]);
  const rooms = number('rooms', values['rooms'] ?? '1', [1, 1_000]);
  if (rooms > clients) throw new UsageError('--rooms must not exceed --clients: every room needs a receiver.');
  return {
    scenario,
    peers: peers(values['peer']),
    json: values['json'],
    report: values['report'],
    parameters: {
      clients,
      rooms,
      rate: number('rate', values['rate'] ?? '50', [0.1, 10_000]),
      burst: number('burst', values['burst'] ?? '10', [1, 1_000]),
      bytes: number('bytes', values['bytes'] ?? '64', [40, 4_000]),
      seconds: number('seconds', values['seconds'] ?? '10', [1, 600]),
      rounds: number('rounds', values['rounds'] ?? '2', [1, 20]),
    },
  };
}
