import type {Stage} from './carry-out.js';
import type {NodeUse} from './node-slot.js';
import type {Plan} from './plan.js';

/** What a run came to, for its last page. */
export interface Outcome {
  readonly plan: Plan;
  /** How long it took after each round until everything was well. */
  readonly wholeMs: readonly number[];
  /** Of the whole run, and how much of it the machine had a core for it. */
  readonly elapsed: {readonly tookMs: number; readonly calmMs: number};
  /** Of each node before anybody came, and after everybody had gone. */
  readonly use: readonly {readonly name: string; readonly fresh: NodeUse; readonly left: NodeUse | undefined}[];
}

/** One page: what was broken, what everybody went through, what was looked at, and whether it held. */
export function summarize({plan, wholeMs, use, elapsed}: Outcome, {ledger, crowd}: Stage): string {
  const {seen, accepted, resets, resumed, begunAnew} = ledger.tally;
  const {size: kicked, strict} = ledger.kicks;
  const minutes = plan.rounds.reduce((sum, {durationMs}) => sum + durationMs, 0) / 60_000;
  const losing = plan.rounds.filter(({loses}) => loses).length;
  const verdict = ledger.violations.length === 0 ? 'every invariant holds' : `${ledger.violations.length} VIOLATIONS`;
  const sorted = [...wholeMs].sort((a, b) => a - b);
  const seconds = (ms: number | undefined): string => (ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`);
  const rows: [string, string][] = [
    [
      'run',
      `seed ${plan.seed}, ${round(minutes)} min in ${plural(plan.rounds.length, 'round')}, ${plan.nodes} nodes, ${plan.clients} clients, Redis ${plan.persistence}`,
    ],
    ['broken', kindsOf(plan)],
    [
      'data lost',
      losing === 0
        ? 'in no round'
        : `in ${losing} of ${plural(plan.rounds.length, 'round')}; ${plural(resets, 'time')} a client was told so`,
    ],
    ['told', `${count(accepted)} acknowledged, ${count(seen)} seen by ${plural(crowd.everybody.length, 'session')}`],
    [
      'clients',
      `${count(resumed)} resumed, ${count(begunAnew)} begun anew, ${count(kicked)} kicked, ${count(strict)} of them without an excuse`,
    ],
    [
      'whole again',
      `${seconds(sorted[Math.floor(sorted.length / 2)])} after a round (median), ${seconds(sorted.at(-1))} at worst`,
    ],
    ['machine', `took ${seconds(elapsed.tookMs)}, ${seconds(elapsed.tookMs - elapsed.calmMs)} of it in want of a core`],
    ...use.map(({name, fresh, left}): [string, string] => [name, left ? grown(fresh, left) : 'not looked at']),
    ['checked', checks],
  ];
  const body = rows.flatMap(([name, text]) =>
    wrap(text).map((line, at) => `  ${(at === 0 ? name : '').padEnd(12)}${line}`),
  );
  return [rule, `  ${verdict}`, rule, ...body, rule].join('\n');
}

const checks =
  'every acknowledged message in every member’s log once, in one order, without a hole, or that member was told; the same in ' +
  'the stored log; nothing after a kick; no room and no push to whom it does not belong; no ghost in presence; ' +
  'connections, memory, handles, keys and channels back at what they were; no error in a log';
const width = 84;
const rule = '─'.repeat(width + 14);

function kindsOf({rounds}: Plan): string {
  const counts = new Map<string, number>();
  for (const {fault} of rounds.flatMap(({steps}) => steps)) counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, times]) => `${times} ${kind}`)
    .join(', ');
}

const grown = (fresh: NodeUse, left: NodeUse): string =>
  `up ${Math.round(left.upMs / 1_000)} s: ${left.residentMiB} MiB (${fresh.residentMiB} at first), heap ${left.heapMiB} MiB (${fresh.heapMiB}), ` +
  `${left.files} files (${fresh.files}), ${left.handles} handles (${fresh.handles})`;

const round = (number: number): number => Math.round(number * 10) / 10;
const count = (number: number): string => number.toLocaleString('en');
const plural = (number: number, what: string): string => `${count(number)} ${what}${number === 1 ? '' : 's'}`;

function wrap(text: string): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
