import {parseArgs} from 'node:util';
import {megabytes} from './differences.js';
import {runLeaks} from './run-leaks.js';

/** `npm run test:leaks -- --joins 1000 --kills 50`: exit code 1 if anything is left of them. */
const {values} = parseArgs({
  options: {joins: {type: 'string', default: '1000'}, kills: {type: 'string', default: '50'}},
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const {violations, base, end} = await runLeaks({joins: Number(values.joins), kills: Number(values.kills), say});
say(`heap ${megabytes(base.heapBytes)} MB before, ${megabytes(end.heapBytes)} MB after`);
say(`open files ${base.files} before, ${end.files} after; workers hold ${JSON.stringify(end.workers)}`);
say(violations.length === 0 ? 'nothing is left' : violations.join('\n'));
process.exitCode = violations.length === 0 ? 0 : 1;
