import {parseArgs} from 'node:util';
import {runFuzz} from './run-fuzz.js';

/** `npm run test:fuzz -- --seed 7 --inputs 1000000`: shows its progress and what it finds; exit code 1 if anything. */
const {values} = parseArgs({options: {seed: {type: 'string'}, inputs: {type: 'string', default: '100000'}}});

const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
process.stdout.write(`seed ${seed}; the same again: npm run test:fuzz -- --seed ${seed} --inputs ${values.inputs}\n`);

const {violations, outcomes, rssBytes} = await runFuzz({
  seed,
  inputs: Number(values.inputs),
  mediaWorker: process.env['MEDIASOUP_WORKER_BIN'],
  say: (line) => process.stdout.write(`${line}\n`),
});
const counted = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, times]) => `${outcome} ${times}`);
process.stdout.write(`answers: ${counted.join(', ')}\n`);
process.stdout.write(
  `memory: ${Math.round(rssBytes.early / 1_048_576)} MB early, ${Math.round(rssBytes.late / 1_048_576)} MB late\n`,
);
process.stdout.write(
  violations.length === 0 ? 'no violations\n' : `${violations.length} violations\n${violations.join('\n')}\n`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
