import {createMemoryWorld} from '@parley/signaling/memory';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {createClock} from '../../src/clock.js';
import {createIds} from '../../src/ids.js';
import {connectBare} from '../connect-bare.js';
import {ops} from '../ops.js';
import {startNode, type TestNode} from '../start-node.js';

/** Where the backend asks, and where the clients are. */
let here: TestNode;
let there: TestNode;
let world: ReturnType<typeof createMemoryWorld>;
beforeEach(async () => {
  world = createMemoryWorld({clock: createClock(), ids: createIds()});
  const env = {
    PARLEY_MAX_GROUPS: '2',
    PARLEY_MAX_USERS_PER_GROUP: '3',
    PARLEY_MAX_ROOMS: '2',
    PARLEY_MAX_ROOMS_PER_USER: '1',
  };
  [here, there] = [await startNode({world, env}), await startNode({world, env})];
});
afterEach(async () => {
  await here.close();
  await there.close();
});

const get = (path: string) => ops(here, 'GET', `/v1${path}`);
const post = (path: string, body: unknown) => ops(here, 'POST', `/v1${path}`, body);
const put = (path: string, body?: unknown) => ops(here, 'PUT', `/v1${path}`, body);
const patch = (path: string, body: unknown) => ops(here, 'PATCH', `/v1${path}`, body);
const drop = (path: string) => ops(here, 'DELETE', `/v1${path}`);

const gone = {status: 204, body: undefined};
const refused = (status: number, code: string, more: object = {}) => ({status, body: {code, ...more}});

test('[PERM5] a backend makes groups, fills them, and sees who is in them and which rooms name them', async () => {
  expect(await post('/groups', {group: 'staff', title: ' The staff '})).toMatchObject({
    status: 200,
    body: {group: 'staff', title: 'The staff', users: 0},
  });
  await post('/groups', {group: 'crew'});
  expect(await get('/groups?limit=1')).toMatchObject({
    body: {groups: [{group: 'crew', title: 'crew'}], cursor: 'crew'},
  });
  expect(await get('/groups?cursor=crew')).toMatchObject({body: {groups: [{group: 'staff'}]}});
  expect(await post('/groups/staff/users/add', {users: ['zoe', 'ann', 'bob']})).toMatchObject({body: {users: 3}});
  expect(await post('/groups/staff/users/remove', {users: ['bob', 'nobody']})).toMatchObject({body: {users: 2}});
  expect(await get('/groups/staff')).toMatchObject({body: {title: 'The staff', users: 2}});
  expect(await get('/groups/staff/users?limit=1')).toEqual({status: 200, body: {users: ['ann'], cursor: 'ann'}});
  expect(await get('/groups/staff/users?limit=1&cursor=ann')).toEqual({status: 200, body: {users: ['zoe']}});
  await post('/rooms', {room: 'den'});
  expect(await put('/rooms/den/groups/staff', {role: 'admin'})).toMatchObject({body: {group: 'staff', role: 'admin'}});
  expect(await get('/rooms/den/groups')).toMatchObject({body: {groups: [{group: 'staff', role: 'admin'}]}});
  expect(await get('/groups/staff/rooms')).toEqual({status: 200, body: {rooms: [{room: 'den', role: 'admin'}]}});
  expect(await drop('/rooms/den/groups/staff')).toEqual(gone);
  expect(await drop('/rooms/den/groups/staff')).toEqual(gone);
  expect(await drop('/groups/staff')).toEqual(gone);
  expect(await get('/groups')).toMatchObject({body: {groups: [{group: 'crew'}]}});
});

test('[OPS2] whatever cannot be done with groups is refused with its code', async () => {
  for (const group of ['a', 'b']) await post('/groups', {group});
  expect(await post('/groups', {group: 'a'})).toMatchObject(refused(409, 'group_exists', {field: 'group'}));
  expect(await post('/groups', {group: 'c'})).toMatchObject(refused(409, 'too_many_groups'));
  const four = {users: ['1', '2', '3', '4']};
  expect(await post('/groups/a/users/add', four)).toMatchObject(refused(409, 'group_full'));
  const unknown = refused(404, 'unknown_group');
  for (const answer of [
    await get('/groups/x'),
    await drop('/groups/x'),
    await get('/groups/x/users'),
    await get('/groups/x/rooms'),
    await post('/groups/x/users/add', four),
    await post('/groups/x/users/remove', four),
  ])
    expect(answer).toMatchObject(unknown);
  for (const [path, body, field] of [
    ['/groups', {group: 'no name'}, 'group'],
    ['/groups', {group: 'x', title: ''}, 'title'],
    ['/groups', {group: 'x', users: []}, 'users'],
    ['/groups/a/users/add', {users: []}, 'users'],
    ['/groups/a/users/add', {users: ['fine', 'not fine']}, 'users.1'],
    ['/groups/a/users/remove', {users: Array.from({length: 501}, (_, n) => `u${n}`)}, 'users'],
  ] as const)
    expect(await post(path, body)).toMatchObject(refused(400, 'invalid_payload', {field}));
  expect(await get('/groups?limit=0')).toMatchObject(refused(400, 'invalid_payload', {field: 'limit'}));
  expect(await get('/groups/no%20name')).toMatchObject(refused(400, 'invalid_payload', {field: 'group'}));
  const metrics = await (await fetch(`${here.opsUrl}/metrics`)).text();
  expect(metrics).toContain('parley_limits_reached_total{limit="groups"} 1');
  expect(metrics).toContain('parley_limits_reached_total{limit="users_per_group"} 1');
});

test('[OPS2] whatever cannot be done with rooms and their members is refused with its code', async () => {
  await post('/rooms', {room: 'den', maxMembers: 1});
  await post('/rooms', {room: 'attic'});
  expect(await post('/rooms', {room: 'den'})).toMatchObject(refused(409, 'room_exists'));
  expect(await post('/rooms', {room: 'cellar'})).toMatchObject(refused(409, 'too_many_rooms'));
  expect(await put('/rooms/den/members/ann', {role: 'owner'})).toMatchObject({status: 200});
  expect(await put('/rooms/den/members/bob')).toMatchObject(refused(409, 'room_full'));
  expect(await put('/rooms/attic/members/ann')).toMatchObject(refused(409, 'too_many_rooms'));
  expect(await drop('/rooms/den/members/bob')).toMatchObject(refused(404, 'unknown_member', {field: 'user'}));
  const role = {role: 'guest'};
  expect(await put('/rooms/den/groups/x', role)).toMatchObject(refused(404, 'unknown_group', {field: 'group'}));
  const unknown = refused(404, 'unknown_room');
  for (const answer of [
    await get('/rooms/x'),
    await patch('/rooms/x', {title: 'X'}),
    await put('/rooms/x/members/ann', role),
    await drop('/rooms/x/members/ann'),
    await get('/rooms/x/groups'),
    await drop('/rooms/x/groups/y'),
  ])
    expect(answer).toMatchObject(unknown);
  for (const [answer, field] of [
    [await post('/rooms', {room: 'x', joinAs: 'owner'}), 'joinAs'],
    [await patch('/rooms/den', {slowModeMs: -1}), 'slowModeMs'],
    [await patch('/rooms/den', {maxMembers: 9}), 'maxMembers'],
    [await put('/rooms/den/members/ann', {role: 'king'}), 'role'],
    [await put('/rooms/den/members/no%20name', role), 'user'],
    [await put('/rooms/den/groups/staff', {}), 'role'],
    [await get('/rooms?limit=501'), 'limit'],
  ] as const)
    expect(answer).toMatchObject(refused(400, 'invalid_payload', {field}));
});

test('[OPS2] without a key nothing is done, and while the store is away it is refused with a time to wait', async () => {
  const stranger = {opsUrl: here.opsUrl, apiKey: 'nobody-s-key'};
  expect(await ops(stranger, 'POST', '/v1/groups', {group: 'staff'})).toMatchObject(refused(401, 'bad_api_key'));
  expect(await get('/groups')).toEqual({status: 200, body: {groups: []}});
  world.setAvailable(false);
  const away = refused(503, 'unavailable', {retryable: true});
  expect(await post('/groups', {group: 'staff'})).toMatchObject(away);
  expect(await put('/rooms/den/members/ann', {role: 'guest'})).toMatchObject(away);
  world.setAvailable(true);
});

test('[PERM11] what a backend changes has taken effect on a session of another node when it is answered', async () => {
  await post('/rooms', {room: 'den', title: 'Den', access: 'invited'});
  await using bob = await connectBare(there, {user: 'bob'});
  expect(await bob.ask('room.join', {room: 'den'})).toMatchObject({error: {code: 'forbidden'}});
  const made = await put('/rooms/den/members/bob', {role: 'guest', name: 'Bob'});
  expect(made).toMatchObject({status: 200, body: {user: 'bob', name: 'Bob', role: 'guest'}});
  await bob.request('room.join', {room: 'den'});
  const say = (id: string) => bob.ask('chat.send', {room: 'den', id, text: id});
  expect(await say('m1')).toMatchObject({error: {code: 'forbidden'}});
  await put('/rooms/den/members/bob', {role: 'member'});
  expect(await say('m2')).toMatchObject({ok: true});
  expect(await bob.next('room.rights')).toMatchObject({room: 'den', standing: {role: 'member'}});

  expect(await patch('/rooms/den', {slowModeMs: 60_000})).toMatchObject({body: {slowModeMs: 60_000, members: 1}});
  expect(await bob.next('room.updated')).not.toHaveProperty('user');
  expect(await drop('/rooms/den/members/bob')).toEqual(gone);
  expect(await say('m3')).toMatchObject({error: {code: 'not_joined'}});
  expect(await bob.next('room.removed')).toEqual({room: 'den', reason: 'removed'});
  expect(await get('/rooms')).toMatchObject({body: {rooms: [{room: 'den', access: 'invited', members: 0}]}});
});
