import {headers, type NatsConnection} from '@nats-io/transport-node';
import {natsNames, natsVerbs} from '../../src/api/nats/nats-request.js';
import type {SeededRandom} from '../chaos/seeded-random.js';
import {bodyOf, fieldsOf, isCode, type ApiIntruder} from './api-intruders.js';
import {shapeOf} from './from-schema.js';

/** Below what NATS itself takes, and above what Parley does. */
const mostBytes = 900_000;

const doors = natsNames.map((name) => ({name, verb: natsVerbs[name], shape: shapeOf(natsVerbs[name].input)}));

/** By NATS: bodies and headers of every subject, some without wanting an answer. */
export function natsIntruder(connection: NatsConnection, apiKey: string): ApiIntruder {
  return {
    act: async (random: SeededRandom) => {
      const {name, verb, shape} = random.pick(doors);
      const told = headers();
      told.set('Authorization', `Bearer ${apiKey}`);
      if (random.chance(0.1)) told.set('Idempotency-Key', random.pick(['k1', 'k2', '{}', 'x'.repeat(100)]));
      if (random.chance(0.1)) told.set('X-Request-Id', random.pick(['a', 'x'.repeat(300), '{"a":1}']));
      const fields = fieldsOf(shape, random);
      if (name === 'publish' && random.chance(0.5)) fields['target'] = {room: random.pick(['r0', 'r1', 'r2'])};
      const body = bodyOf(fields, random, mostBytes);
      if (random.chance(0.05)) {
        connection.publish(`parley.v1.${name}`, body, {headers: told});
        return {verb: name, code: 'untold'};
      }
      const answer = await connection.request(`parley.v1.${name}`, body, {timeout: 30_000, headers: told});
      const code = answer.headers?.get('Parley-Code') ?? '';
      if (code === 'internal') return {verb: name, violation: `a defect: ${answer.string()}`};
      if (code !== '') return isCode(code) ? {verb: name, code} : {verb: name, violation: `no code: ${String(code)}`};
      return verb.output.safeParse(answer.json()).success
        ? {verb: name, code: 'ok'}
        : {verb: name, violation: `answered what it does not describe: ${answer.string()}`};
    },
    [Symbol.dispose]: () => undefined,
  };
}
