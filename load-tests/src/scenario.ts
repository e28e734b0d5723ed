import type {PeerName} from './subjects/peer-names.js';
import {UsageError} from './usage-error.js';

/** A number that a scenario may be told on the command line. */
export interface OptionSpec {
  readonly about: string;
  readonly default: number;
  readonly least: number;
  readonly most: number;
}
type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values of a scenario's options, by their names. */
export type ParametersOf<Options> = {readonly [Name in keyof Options]: number};

/** What every scenario is told. */
export interface Comparison {
  /** To be measured in the same run. */
  readonly peers: readonly PeerName[];
  /** File for the figures. */
  readonly json: string | undefined;
  /** File for the drawn page. */
  readonly report: string | undefined;
}

export interface Scenario {
  readonly name: string;
  /** What it measures, in half a sentence. */
  readonly about: string;
  readonly options: OptionSpecs;
  /** Peers that it can measure besides Parley. */
  readonly peers: readonly PeerName[];
  /** The values of all options; throws {@link UsageError} for one that is not understood. */
  parameters(given: Readonly<Record<string, string | undefined>>): Readonly<Record<string, number>>;
  run(given: Readonly<Record<string, string | undefined>>, comparison: Comparison): Promise<void>;
}

export interface ScenarioSpec<Options extends OptionSpecs> {
  readonly name: string;
  readonly about: string;
  readonly options: Options;
  readonly peers?: readonly PeerName[];
  /** What is wrong with values that are usable one by one: a sentence. */
  readonly contradiction?: (parameters: ParametersOf<Options>) => string | undefined;
  readonly run: (parameters: ParametersOf<Options>, comparison: Comparison) => Promise<void>;
}

export function scenario<Options extends OptionSpecs>(spec: ScenarioSpec<Options>): Scenario {
  const {name, about, options, peers = [], contradiction, run} = spec;
  const parameters = (given: Readonly<Record<string, string | undefined>>): ParametersOf<Options> => {
    const values = Object.entries(options).map(([option, bounds]) => [option, number(option, given[option], bounds)]);
    const read = Object.fromEntries(values) as ParametersOf<Options>;
    const wrong = contradiction?.(read);
    if (wrong !== undefined) throw new UsageError(wrong);
    return read;
  };
  return {name, about, options, peers, parameters, run: (given, comparison) => run(parameters(given), comparison)};
}

function number(name: string, value: string | undefined, {default: usual, least, most}: OptionSpec): number {
  const parsed = value === undefined ? usual : Number(value);
  if (value?.trim() === '' || !Number.isFinite(parsed) || parsed < least || parsed > most) {
    throw new UsageError(
      `--${name} must be a number from ${String(least)} to ${String(most)}, not "${String(value)}".`,
    );
  }
  return parsed;
}

/** The two options of every scenario whose clients are spread over rooms. */
export const spreadOver = (clients: number, rooms: number, what: string) =>
  ({
    clients: {about: what, default: clients, least: 1, most: 20_000},
    rooms: {about: 'rooms they are spread over', default: rooms, least: 1, most: 1_000},
  }) as const;

export const moreRoomsThanClients = ({clients, rooms}: {clients: number; rooms: number}): string | undefined =>
  rooms > clients ? '--rooms must not exceed --clients: every room needs a receiver.' : undefined;
