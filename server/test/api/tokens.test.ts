import {expect, test} from 'vitest';
import {openOps} from './open-ops.js';

const moment = 1_800_000_000_000;

test.each([
  [{tokenId: 'abc'}, {target: {tokenId: 'abc'}}],
  [
    {tokenId: 'abc', until: moment},
    {target: {tokenId: 'abc'}, until: moment},
  ],
  [{user: 'ana'}, {target: {user: 'ana'}}],
  [
    {user: 'ana', issuedBefore: moment, until: moment},
    {target: {user: 'ana'}, issuedBefore: moment, until: moment},
  ],
  [{issuedBefore: moment}, {target: {all: true}, issuedBefore: moment}],
])('[TOK5] %o revokes what it says, and the answer says how many sessions it ended', async (body, expected) => {
  await using ops = await openOps();
  const answer = await ops.call('POST', '/v1/tokens/revoke', body);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({sessions: 1});
  expect(ops.backstage.revocations).toEqual([expected]);
});

test.each([
  [{}],
  [{until: moment}],
  [{tokenId: ''}],
  [{tokenId: 'x'.repeat(257)}],
  [{tokenId: 'abc', user: 'ana'}],
  [{tokenId: 'abc', issuedBefore: moment}],
  [{user: 'a b'}],
  // Seconds, as in the token itself: taken for milliseconds they would revoke nothing.
  [{user: 'ana', issuedBefore: moment / 1_000}],
  [{issuedBefore: 'now'}],
])('[OPS2] %o is refused, and nothing is revoked', async (body) => {
  await using ops = await openOps();
  const answer = await ops.call('POST', '/v1/tokens/revoke', body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({code: 'invalid_payload'});
  expect(ops.backstage.revocations).toEqual([]);
});
