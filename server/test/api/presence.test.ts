import {expect, test} from 'vitest';
import {openOps} from './open-ops.js';

test('[PRES5] a backend asks for a user, with devices, and for many at once', async () => {
  await using ops = await openOps();
  const ada = {user: 'ada', status: 'online' as const, devices: [{device: 'phone', status: 'online' as const}]};
  ops.backstage.presence.set('ada', ada);
  expect(await (await ops.call('GET', '/v1/users/ada/presence')).json()).toEqual(ada);
  expect(await (await ops.call('POST', '/v1/presence', {users: ['bob', 'ada']})).json()).toEqual({
    users: [{user: 'bob', status: 'offline', devices: []}, ada],
  });
});

test('[OPS2] questions of presence are parsed, and refused with the field', async () => {
  await using ops = await openOps();
  const refusals = await Promise.all([
    ops.call('POST', '/v1/presence', {users: []}),
    ops.call('POST', '/v1/presence', {users: Array.from({length: 501}, () => 'ada')}),
    ops.call('GET', '/v1/rooms/den/presence?limit=0'),
    ops.call('GET', '/v1/users/no%20name/presence'),
  ]);
  const problems = (await Promise.all(refusals.map((answer) => answer.json()))) as {code: string; field: string}[];
  expect(problems.map(({code, field}) => [code, field])).toEqual([
    ['invalid_payload', 'users'],
    ['invalid_payload', 'users'],
    ['invalid_payload', 'limit'],
    ['invalid_payload', 'user'],
  ]);
});

test('[ROOM5] a room’s members are listed page by page with their presence', async () => {
  await using ops = await openOps();
  ops.backstage.membersPage = {
    members: [{user: 'ada', name: 'Ada', role: 'member', joinedAt: 1, presence: 'away'}],
    cursor: 'ada',
  };
  const page: unknown = await (await ops.call('GET', '/v1/rooms/den/presence?limit=1&cursor=aaa')).json();
  expect(page).toEqual(ops.backstage.membersPage);
  expect(ops.backstage.memberQueries).toEqual([{limit: 1, cursor: 'aaa'}]);
});
