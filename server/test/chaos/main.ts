import {parseArgs} from 'node:util';
import {runChaos} from './run-chaos.js';

/** `npm run test:chaos -- --seed 7 --minutes 2 --nodes 3`: prints what it breaks and what it finds; exit code 1 if anything. */
const {values} = parseArgs({
  options: {
    seed: {type: 'string'},
    minutes: {type: 'string', default: '1'},
    nodes: {type: 'string', default: '3'},
    clients: {type: 'string', default: '12'},
    rate: {type: 'string', default: '40'},
  },
});

const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const again = `npm run test:chaos -- --seed ${seed} --minutes ${values.minutes} --nodes ${values.nodes}`;
process.stdout.write(`seed ${seed}; the same again: ${again}\n`);

const stray: string[] = [];
process.on('unhandledRejection', (reason) => {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  stray.push(`a promise of a client that nobody awaited: ${text}`);
});

const {violations, folder} = await runChaos({
  seed,
  durationMs: Number(values.minutes) * 60_000,
  nodes: Number(values.nodes),
  clients: Number(values.clients),
  messagesPerSecond: Number(values.rate),
  say: (line) => process.stdout.write(`${line}\n`),
});
const all = [...violations, ...stray];
if (all.length > 0) {
  process.stdout.write(`\nseed ${seed}: ${all.length} violations\n${all.join('\n')}\n`);
  process.stdout.write(`logs: ${folder ?? 'none'}\nthe same again: ${again}\n`);
  process.exitCode = 1;
}
