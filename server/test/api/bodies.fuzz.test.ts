import fc from 'fast-check';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {openOps, type OpenOps} from './open-ops.js';

let ops: OpenOps;
beforeAll(async () => {
  ops = await openOps({requestsPerSecond: 1_000_000});
});
afterAll(() => ops[Symbol.asyncDispose]());

const nearlyTarget = fc.oneof(
  fc.record({user: fc.string()}),
  fc.record({room: fc.string()}),
  fc.record({session: fc.string()}),
  fc.record({all: fc.boolean()}),
  fc.constant({user: 'ana'}),
  fc.constant({room: 'lobby'}),
  fc.jsonValue(),
);
const nearlyPush = fc.record(
  {
    target: nearlyTarget,
    topic: fc.oneof(fc.constant('order.shipped'), fc.string(), fc.jsonValue()),
    data: fc.jsonValue({maxDepth: 6}),
    store: fc.oneof(fc.boolean(), fc.jsonValue()),
    key: fc.oneof(fc.constant('order-7'), fc.string(), fc.jsonValue()),
  },
  {requiredKeys: []},
);

test('[OPS2] no body is a defect: it is handed on as it is, or refused with a code', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        nearlyPush.map((push) => JSON.stringify(push)),
        fc.json(),
        fc.string(),
      ),
      async (text) => {
        const before = ops.backstage.pushes.length;
        const answer = await ops.call('POST', '/v1/push', text);
        const body = (await answer.json()) as {code?: string};
        if (answer.status === 200) {
          const {store = false, ...rest} = JSON.parse(text) as {store?: boolean};
          expect(ops.backstage.pushes.slice(before)).toEqual([{...rest, store}]);
        } else {
          expect([answer.status, body.code]).toEqual([400, 'invalid_payload']);
          expect(ops.backstage.pushes).toHaveLength(before);
        }
      },
    ),
    {numRuns: 600},
  );
});

test('[OPS2] no path or parameter is a defect', async () => {
  const segment = fc.oneof(fc.string(), fc.constantFrom('v1', 'rooms', 'lobby', 'history', 'users', 'ana', 'sessions'));
  const path = fc.array(segment.map(encodeURIComponent), {maxLength: 5}).map((parts) => `/${parts.join('/')}`);
  const query = fc.record(
    {limit: fc.string(), before: fc.oneof(fc.nat().map(String), fc.string()), after: fc.string()},
    {requiredKeys: []},
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(path, fc.constant('/v1/rooms/lobby/history')), query, async (where, asked) => {
      const answer = await ops.call('GET', `${where}?${new URLSearchParams(asked).toString()}`);
      await answer.arrayBuffer();
      expect(answer.status).toBeLessThan(500);
    }),
    {numRuns: 600},
  );
});
