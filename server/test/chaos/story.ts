import type {Chronicle} from './chronicle.js';
import type {Client} from './client.js';
import type {Violation} from './ledger.js';
import type {NodeSlot} from './node-slot.js';

/** What is needed of a run to tell of it. */
export interface Scene {
  readonly chronicle: Chronicle;
  readonly cluster: {readonly slots: readonly Pick<NodeSlot, 'name' | 'output'>[]};
  readonly crowd: {readonly everybody: readonly Pick<Client, 'name' | 'session' | 'journals'>[]};
}

/** How much of what came before belongs to the story. */
const beforeMs = 8_000;
const afterMs = 500;
const mostOfClient = 14;
const mostOfNodes = 12;

/** What is written into the chronicle of a violation. */
export const violated = 'VIOLATED';

interface Line {
  readonly at: number;
  readonly text: string;
}

/** The shortest account of what went wrong: what was broken then, what the client was told, what the nodes said of it. */
export function tellStory(violation: Violation, scene: Scene): string {
  const {chronicle} = scene;
  const [from, to] = [violation.at - beforeMs, violation.at + afterMs];
  const broken = chronicle
    .between(from, to)
    .filter(({what}) => !what.startsWith(violated))
    .flatMap(({what, from: begun, to: over}) => [
      {at: begun, text: what},
      ...(over !== undefined && over > begun && over <= to ? [{at: over, text: `(over: ${what})`}] : []),
    ]);
  const within = ({at}: Line): boolean => at >= from && at <= to;
  const told = ofClient(violation, scene).filter(within).slice(-mostOfClient);
  const said = ofNodes(violation, scene).filter(within).slice(-mostOfNodes);
  const lines = [...broken, ...told, ...said, {at: violation.at, text: `>>> ${violation.what}`}];
  lines.sort((a, b) => a.at - b.at);
  return lines.map(({at, text}) => `${chronicle.clock(at)}  ${text}`).join('\n');
}

function ofClient({who, room}: Violation, {crowd}: Scene): Line[] {
  const client = crowd.everybody.find(({name}) => name === who);
  if (!client) return [];
  const journals = [...client.journals].filter(([name]) => room === undefined || name === room || name === '-');
  return journals.flatMap(([name, {lines}]) =>
    lines.map(({at, text}) => ({at, text: `${client.name} in ${name}: ${text}`})),
  );
}

/** Warnings and worse, and whatever is said of the client's session. */
function ofNodes({who}: Violation, {cluster, crowd}: Scene): Line[] {
  const session = crowd.everybody.find(({name}) => name === who)?.session;
  return cluster.slots.flatMap(({name, output}) =>
    output.split('\n').flatMap((line) => {
      const parsed = parse(line);
      if (!parsed) return [];
      const {time, level, msg, ...rest} = parsed;
      const isGrave =
        typeof level === 'number' ? level >= 40 : level === 'warn' || level === 'error' || level === 'fatal';
      if (!isGrave && (session === undefined || !line.includes(session))) return [];
      const {node: _, pid: __, hostname: ___, ...context} = rest;
      const more = Object.keys(context).length > 0 ? ` ${JSON.stringify(context).slice(0, 200)}` : '';
      return [{at: new Date(time as string | number).getTime(), text: `${name} logs: ${String(msg)}${more}`}];
    }),
  );
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
