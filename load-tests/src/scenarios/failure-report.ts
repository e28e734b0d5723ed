import type {Outcome} from '../crowd/outcome.js';
import type {Figure} from '../report/figure.js';
import {publishResult} from '../report/publish.js';
import {machine, type RunResult} from '../report/result.js';
import type {Comparison} from '../scenario.js';

export type FailureResult<Name extends string, Subject extends Outcome = Outcome> = RunResult<
  Name,
  Readonly<Record<string, number>>,
  Subject
>;

/** What every scenario of failure is judged by. */
const promised: readonly Figure<Outcome>[] = [
  {heading: 'clients', digits: 0, value: (o) => o.clients},
  {heading: 'messages', digits: 0, value: (o) => o.messages},
  {heading: 'delivered %', digits: 3, value: (o) => o.deliveredPct},
  {heading: 'lost', digits: 0, value: (o) => o.lost},
  {heading: 'doubled', digits: 0, value: (o) => o.doubled},
  {heading: 'silent holes', digits: 0, value: (o) => o.skipped},
  {heading: 'disordered', digits: 0, value: (o) => o.disordered},
  {heading: 'told of a hole', digits: 0, value: (o) => o.told},
  {heading: 'not back', digits: 0, value: (o) => o.notBack},
];

/** How clients came back; for scenarios in which connections are lost. */
export const returning: readonly Figure<Outcome>[] = [
  {heading: 'returns', digits: 0, value: (o) => o.backMs.count},
  {heading: 'sessions anew', digits: 0, value: (o) => o.anew},
  {heading: 'replay p50 ms', digits: 0, value: (o) => o.backMs.p50},
  {heading: 'replay p95 ms', digits: 0, value: (o) => o.backMs.p95},
  {
    heading: 'replay p99 ms',
    chart: {title: 'From the first attempt to having everything, 99th percentile', unit: 'ms'},
    digits: 0,
    value: (o) => o.backMs.p99,
  },
  {heading: 'longest gone ms', digits: 0, value: (o) => o.goneMs.max},
  {heading: 'overloaded', digits: 0, value: (o) => o.refused['overloaded'] ?? 0},
  {heading: 'most taken/s', digits: 0, value: (o) => o.mostTakenPerSecond},
];

/** What those noticed whose connections held. */
export const bystanders: readonly Figure<Outcome>[] = [
  {heading: 'calm p99 ms', digits: 0, value: (o) => o.latencyMs.calm.p99},
  {
    heading: 'others p99 ms',
    chart: {title: 'Latency of those who kept their connection, 99th percentile during the trouble', unit: 'ms'},
    digits: 0,
    value: (o) => o.latencyMs.trouble.p99,
  },
];

export interface FailureReport<Name extends string, Subject extends Outcome> {
  readonly scenario: Name;
  readonly parameters: Readonly<Record<string, number>>;
  readonly outcome: Subject;
  readonly title: string;
  readonly about: string;
  readonly figures: readonly Figure<Subject>[];
}

export function reportFailure<Name extends string, Subject extends Outcome>(
  {scenario, parameters, outcome, title, about, figures}: FailureReport<Name, Subject>,
  comparison: Comparison,
): void {
  const result: FailureResult<Name, Subject> = {
    scenario,
    at: new Date().toISOString(),
    params: parameters,
    machine: machine(),
    subjects: {parley: outcome},
    ratios: {},
  };
  const {announced, taken} = outcome.columns;
  publishResult(
    result,
    {
      title,
      about,
      figures: [...promised, ...figures],
      phrase: () => '',
      ...(announced.length > 0 && {
        course: {
          title: 'Sessions per quarter of a second',
          series: {'announced by session.closing': announced, 'taken in by the nodes': taken},
        },
      }),
    },
    comparison,
  );
}
