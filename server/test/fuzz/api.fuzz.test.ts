import {expect, test} from 'vitest';
import {natsNames} from '../../src/api/nats/nats-request.js';
import {withoutNats} from '../nats-server.js';
import {grpcVerbs} from '../../src/api/grpc/grpc-verbs.js';
import {runApiFuzz} from './run-api-fuzz.js';

const seed = 20_265;
const inputs = 3_000;
const codes = {
  HTTP: ['ok', 'invalid_payload', 'unknown_room', 'too_large'],
  // What is larger than the largest batch is not read to its end.
  gRPC: ['ok', 'invalid_payload', 'unknown_room', 'RESOURCE_EXHAUSTED'],
};

test('[OPS2] [OPS8] whatever a backend says by HTTP, gRPC or NATS, it is served as described, or refused with a code', async () => {
  const {violations, outcomes} = await runApiFuzz({seed, inputs});
  const again = `the same again: npm run test:fuzz:api -- --seed ${seed} --inputs ${inputs}`;
  expect(violations, again).toEqual([]);
  const seen = [...outcomes.keys()];
  const byNats = seen.filter((outcome) => outcome.startsWith('NATS '));
  if (withoutNats === undefined) {
    for (const name of natsNames) expect(byNats.join(), again).toContain(`NATS ${name} `);
    for (const code of ['ok', 'invalid_payload', 'too_large']) expect(byNats.join(), again).toContain(` ${code}`);
  }
  for (const door of ['HTTP', 'gRPC'] as const) {
    for (const {verb} of grpcVerbs) {
      expect(
        seen.some((outcome) => outcome.startsWith(`${door} ${verb.name} `)),
        `${door} ${verb.name}, ${again}`,
      ).toBe(true);
    }
    for (const code of codes[door]) {
      expect(
        seen.some((outcome) => outcome.startsWith(door) && outcome.endsWith(` ${code}`)),
        `${door} ${code}, ${again}`,
      ).toBe(true);
    }
  }
});
