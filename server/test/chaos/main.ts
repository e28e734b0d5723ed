import {parseArgs} from 'node:util';
import {persistenceNames} from './persistence.js';
import {runChaos} from './run-chaos.js';

/** `npm run test:chaos -- --seed 7 --minutes 2 --nodes 3`: shows what it breaks and what it finds; exit code 1 if anything. */
const {values} = parseArgs({
  options: {
    seed: {type: 'string'},
    minutes: {type: 'string', default: '1'},
    nodes: {type: 'string', default: '3'},
    clients: {type: 'string', default: '12'},
    rate: {type: 'string', default: '40'},
    persistence: {type: 'string', default: 'aof-no'},
  },
});

const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const {minutes, nodes, clients, rate} = values;
const persistence = persistenceNames.find((name) => name === values.persistence);
if (persistence === undefined) throw new Error(`--persistence is one of ${persistenceNames.join(', ')}.`);
const again =
  `npm run test:chaos -- --seed ${seed} --minutes ${minutes} --nodes ${nodes} --clients ${clients} --rate ${rate}` +
  ` --persistence ${persistence}`;
const stray: string[] = [];
process.on('unhandledRejection', (reason) => {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  stray.push(`a promise of a client that nobody awaited: ${text}`);
});

const {stdout} = process;
/** On a terminal the last line says how things stand. */
const clear = stdout.isTTY ? '\r\x1b[K' : '';
const say = (line: string): void => void stdout.write(`${clear}${line}\n`);

say(`the same again: ${again}`);
const {violations, summary, stories, folder} = await runChaos({
  seed,
  durationMs: Number(minutes) * 60_000,
  nodes: Number(nodes),
  clients: Number(clients),
  messagesPerSecond: Number(rate),
  persistence,
  onLine: say,
  onStatus: (status) => {
    if (stdout.isTTY) stdout.write(`${clear}${status.slice(0, stdout.columns - 1)}`);
  },
});

const all = [...violations, ...stray];
if (all.length > 0) {
  const most = 12;
  say(`\n${all.length} violations${all.length > most ? `, the first ${most} of them` : ''}:`);
  for (const violation of all.slice(0, most)) say(`  ${violation}`);
  for (const story of stories) say(`\nwhat happened:\n${story}`);
}
say(`\n${summary}`);
if (all.length > 0) {
  say(`journals and logs: ${folder ?? 'none'}\nthe same again: ${again}`);
  process.exitCode = 1;
}
