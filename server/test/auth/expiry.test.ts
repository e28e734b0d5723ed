import {expect, test} from 'vitest';
import {connect} from '@parley/client';
import {connectBare, refusedBare} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {signToken, startNode} from '../start-node.js';

/** Without a tolerance, or every end would be waited for that much longer. */
const env = {PARLEY_AUTH_CLOCK_TOLERANCE: '0s'};
const inSeconds = (seconds: number): {iat: number; exp: number} => {
  const iat = Math.floor(Date.now() / 1_000);
  return {iat, exp: iat + seconds};
};

test('[TOK3] a connection is warned and then closed with token_expired on the wire, and its session resumes', async () => {
  await using node = await startNode({env});
  const token = await signToken('ann', 'Ann', inSeconds(3));
  await using ann = await connectBare(node, {token});
  const {session, key} = ann.all<{session: string; key: string}>('session.ready')[0]!;

  const {expiresAt} = await ann.next<{expiresAt: number}>('session.expiring');
  expect(expiresAt).toBeGreaterThan(0);
  expect(await ann.next('session.closing')).toMatchObject({code: 4501, reason: 'token_expired'});
  await ann.closed();

  const resume = {session, key, rooms: {}};
  expect(await refusedBare(node, {token, auth: {resume}})).toMatchObject({data: {code: 'token_expired'}});
  await using again = await connectBare(node, {user: 'ann', auth: {resume}});
  expect(again.all('session.ready')[0]).toMatchObject({session, resumed: true});
});

test('[TOK2] a bare client refreshes its token in place, and is not closed by the old one', async () => {
  await using node = await startNode({env});
  await using ann = await connectBare(node, {token: await signToken('ann', 'Ann', inSeconds(3))});
  await ann.next('session.expiring');

  const eve = await ann.ask('session.refresh', {token: await signToken('eve')});
  expect(eve).toMatchObject({ok: false, error: {code: 'forbidden', field: 'token'}});
  const forged = await signToken('ann', 'Ann', {}, 'another secret that nobody knows, 32 bytes');
  expect(await ann.ask('session.refresh', {token: forged})).toMatchObject({error: {code: 'bad_token'}});
  const {expiresAt} = await ann.request<{expiresAt: number}>('session.refresh', {
    token: await signToken('ann', 'Ann', inSeconds(6)),
  });

  // The new token's warning comes when the old one would have ended.
  await ann.until(() => ann.all('session.expiring').length === 2, 'the second warning');
  expect(ann.all('session.expiring')[1]).toMatchObject({expiresAt});
  expect(ann.socket.connected).toBe(true);
});

test('[TOK4] the SDK stays on one connection from token to token', async () => {
  await using node = await startNode({env});
  let given = 0;
  await using ann = connect({
    url: node.url,
    token: () => {
      given += 1;
      return signToken('ann', 'Ann', inSeconds(3));
    },
  });
  await ann.ready;
  const states: string[] = [];
  ann.on('state', ({status}) => states.push(status));

  await eventually(() => given >= 4, 'four tokens');
  expect(states).toEqual([]);
});
