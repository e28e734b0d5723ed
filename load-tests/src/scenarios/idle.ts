import {setTimeout as delay} from 'node:timers/promises';
import {Fleet} from '../generator/fleet.js';
import {collect, collectable} from '../measure/collect.js';
import {processUsage} from '../measure/process-usage.js';
import {Progress} from '../progress.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {compare, machine, type RunResult} from '../report/result.js';
import {moreRoomsThanClients, scenario, spreadOver, type Comparison, type ParametersOf} from '../scenario.js';
import {chosenSubjects} from '../subjects/chosen.js';
import type {RunningSubject} from '../subjects/subject.js';

type IdleParameters = ParametersOf<Record<'clients' | 'rooms' | 'settle', unknown>>;

export interface IdleSubject {
  readonly sessions: number;
  /** Resident memory of the process without sessions. */
  readonly emptyBytes: number;
  /** Resident memory that came with the sessions, garbage collected, divided by their number: once they have joined. */
  readonly bytesPerSession: number;
  /** The same before they joined: they are connected and, which is one step with Parley, authenticated. */
  readonly connectedBytesPerSession: number;
  /** The same before the garbage of connecting was collected. */
  readonly uncollectedBytesPerSession: number;
  /** CPU time of keeping a session alive for a second. */
  readonly cpuMicrosPerSessionSecond: number;
}
export type IdleResult = RunResult<'idle', IdleParameters, IdleSubject>;

const figures: readonly Figure<IdleSubject>[] = [
  {heading: 'sessions', digits: 0, value: (s) => s.sessions},
  {heading: 'empty MB', digits: 1, value: (s) => s.emptyBytes / 1_048_576},
  {heading: 'KB connected', digits: 2, value: (s) => s.connectedBytesPerSession / 1_024},
  {
    heading: 'KB/session',
    chart: {title: 'Resident memory per session', unit: 'KB, garbage collected'},
    digits: 2,
    value: (s) => s.bytesPerSession / 1_024,
  },
  {heading: 'with garbage', digits: 2, value: (s) => s.uncollectedBytesPerSession / 1_024},
  {
    heading: 'CPU µs/s',
    chart: {title: 'CPU of keeping a session alive', unit: 'µs per second'},
    digits: 1,
    value: (s) => s.cpuMicrosPerSessionSecond,
  },
];

const clientsPerProcess = 2_500;

async function measure(subject: RunningSubject, params: IdleParameters, progress: Progress): Promise<IdleSubject> {
  const {clients, rooms, settle} = params;
  await collect(subject.pid);
  const empty = processUsage(subject.pid).rssBytes;
  progress.show(`${subject.name}: connecting ${String(clients)} clients`);
  const fleet = await Fleet.connect(subject, {clients, rooms, clientsPerProcess, usersApart: true, joinsLater: true});
  try {
    const sessions = clients + rooms;
    await collect(subject.pid);
    const connected = processUsage(subject.pid).rssBytes;
    progress.show(`${subject.name}: joining ${String(rooms)} rooms`);
    await fleet.join();
    const before = processUsage(subject.pid);
    progress.show(`${subject.name}: leaving ${String(sessions)} sessions alone`);
    await Promise.race([delay(settle * 1_000), fleet.failed]);
    const after = processUsage(subject.pid);
    await collect(subject.pid);
    if (fleet.lost > 0) throw new Error(`${subject.name} lost ${String(fleet.lost)} of ${String(sessions)} sessions`);
    const {rssBytes} = processUsage(subject.pid);
    return {
      sessions,
      emptyBytes: empty,
      bytesPerSession: Math.round((rssBytes - empty) / sessions),
      connectedBytesPerSession: Math.round((connected - empty) / sessions),
      uncollectedBytesPerSession: Math.round((after.rssBytes - empty) / sessions),
      cpuMicrosPerSessionSecond: (after.cpuMicros - before.cpuMicros) / sessions / settle,
    };
  } finally {
    fleet.stop();
  }
}

export const idle = scenario({
  name: 'idle',
  about: 'the memory of sessions that are connected, authenticated, joined and present',
  options: {
    ...spreadOver(10_000, 100, 'sessions, each of a user of its own'),
    settle: {about: 'seconds to leave everything alone before memory is read', default: 10, least: 1, most: 600},
  },
  // A bare uWS socket holds no session whose memory could be compared.
  peers: ['socketio-uws', 'socketio-ws'],
  contradiction: moreRoomsThanClients,
  run: runIdle,
});

/**
 * The memory of sessions that do nothing: first of those that are connected and authenticated, then of the same ones when
 * they have joined a room and are present in it.
 */
async function runIdle(parameters: IdleParameters, comparison: Comparison): Promise<void> {
  const progress = new Progress();
  const subjects: Record<string, IdleSubject> = {};
  for (const [name, start] of chosenSubjects(comparison.peers)) {
    const subject = await start(collectable);
    try {
      subjects[name] = await measure(subject, parameters, progress);
    } finally {
      await subject.stop();
    }
    progress.settle(`${name}: done`);
  }
  const result: IdleResult = {
    scenario: 'idle',
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects,
    ratios: compare(subjects, ['bytesPerSession']),
  };
  const {clients, rooms, settle} = parameters;
  publishResult(
    result,
    {
      title: 'Idle sessions',
      about: `${String(clients)} clients and one publisher for each of the ${String(rooms)} room(s) they are in, each a user of its own, left alone for ${String(settle)} s`,
      figures,
      phrase: ({bytesPerSession = 0}) => `${bytesPerSession.toFixed(2)} × the memory per session`,
    },
    comparison,
  );
}
