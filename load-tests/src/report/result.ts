import {cpus} from 'node:os';

/** The file that `--json` writes. */
export interface RunResult<Scenario extends string, Parameters, Subject> {
  readonly scenario: Scenario;
  readonly at: string;
  readonly params: Parameters;
  readonly machine: Machine;
  readonly subjects: Readonly<Record<string, Subject>>;
  /** Parley's figures divided by those of each peer. */
  readonly ratios: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
  readonly node: string;
}

export const machine = (): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});

/** The given figures of Parley divided by those of each peer. */
export function compare<Name extends string>(
  subjects: Readonly<Record<string, Readonly<Record<Name, number>>>>,
  names: readonly Name[],
): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const {parley, ...peers} = subjects;
  if (!parley) return {};
  return Object.fromEntries(
    Object.entries(peers).map(([peer, figures]) => [
      peer,
      Object.fromEntries(names.map((name) => [name, parley[name] / figures[name]])),
    ]),
  );
}
