import {parseArgs} from 'node:util';
import {crowdCall} from './crowd.js';

/** `npm run test:crowd -- --joins 10000 --limit 100 --nodes 3`: exit code 1 if one too many was ever let into the call. */
const {values} = parseArgs({
  options: {
    joins: {type: 'string', default: '10000'},
    limit: {type: 'string', default: '100'},
    nodes: {type: 'string', default: '3'},
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const limit = Number(values.limit);
const {before, after} = await crowdCall({joins: Number(values.joins), limit, nodes: Number(values.nodes), say});
say(`all at once: ${JSON.stringify(before)}`);
say(`again, when the node that ran the call was killed: ${JSON.stringify(after)}`);
const over = Math.max(before.most, after.most) - limit;
say(over > 0 ? `${over} too many` : 'not one too many');
process.exitCode = over > 0 || before.peers !== limit || after.peers !== limit ? 1 : 0;
