import {parseArgs} from 'node:util';
import {runApiFuzz} from './run-api-fuzz.js';

/** `npm run test:fuzz:api -- --seed 7 --inputs 1000000`: shows its progress and what it finds; exit code 1 if anything. */
const {values} = parseArgs({options: {seed: {type: 'string'}, inputs: {type: 'string', default: '100000'}}});

const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`seed ${seed}; the same again: npm run test:fuzz:api -- --seed ${seed} --inputs ${values.inputs}`);

const {violations, outcomes} = await runApiFuzz({seed, inputs: Number(values.inputs), say});
for (const [outcome, times] of [...outcomes].sort()) say(`${outcome}: ${times}`);
say(violations.length === 0 ? 'no violations' : `${violations.length} violations\n${violations.join('\n')}`);
process.exitCode = violations.length === 0 ? 0 : 1;
