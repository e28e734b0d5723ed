import {connect, type Departure, type MemberChange, type Parley, type Rights, type Room} from '@parley/client';
import {createMemoryWorld} from '@parley/signaling/memory';
import {expect, test} from 'vitest';
import {createClock} from '../../../server/src/clock.js';
import {createIds} from '../../../server/src/ids.js';
import {ops} from '../../../server/test/ops.js';
import {signToken, startNode, type TestNode} from '../../../server/test/start-node.js';
import {client, eventually} from './clients.js';
import {TcpProxy} from './tcp-proxy.js';

/** Two nodes of one cluster: what is done at one has its effect at the other. */
class Pair implements AsyncDisposable {
  readonly here: TestNode;
  readonly there: TestNode;

  private constructor(here: TestNode, there: TestNode) {
    this.here = here;
    this.there = there;
  }

  static async start(): Promise<Pair> {
    const world = createMemoryWorld({clock: createClock(), ids: createIds()});
    return new Pair(await startNode({world}), await startNode({world}));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.here.close();
    await this.there.close();
  }
}

const code = (expected: string, field?: string): object => ({code: expected, ...(field !== undefined && {field})});

async function joined(parley: Parley): Promise<{room: Room; rights: Rights[]; left: Departure[]}> {
  const room = await parley.join('den');
  const [rights, left]: [Rights[], Departure[]] = [[], []];
  room.on('rights', ({role, may, over, call}) => rights.push({role, may, over, call}));
  room.on('left', (departure) => left.push(departure));
  return {room, rights, left};
}

test('[PERM4] an owner gives roles and removes, on whichever node the other is, and each is told', async () => {
  await using nodes = await Pair.start();
  await using ada = client('ada', nodes.here.url);
  await using bob = client('bob', nodes.there.url);
  const den = await ada.join('den', {create: true});
  expect(den.rights).toMatchObject({role: 'owner', over: ['owner', 'admin', 'moderator', 'member', 'guest']});
  const told: MemberChange[] = [];
  den.on('member', (change) => told.push(change));
  const his = await joined(bob);
  expect(his.room.rights).toMatchObject({role: 'member', may: ['chat.send', 'chat.typing'], over: []});
  await expect(his.room.rights.setRole('bob', 'owner')).rejects.toMatchObject(code('forbidden'));

  await den.rights.setRole('bob', 'moderator');
  await eventually(() => his.room.rights.role === 'moderator', 'being a moderator');
  expect(his.rights).toMatchObject([{role: 'moderator', over: ['member', 'guest']}]);
  await expect(his.room.rights.setRole('ada', 'guest')).rejects.toMatchObject(code('forbidden', 'user'));
  await expect(his.room.rights.setRole('ada', 'admin')).rejects.toMatchObject(code('forbidden', 'role'));
  await his.room.rights.invite('cat', 'guest');
  await den.rights.setRole('bob', 'guest');
  await expect(his.room.send('hello?').done).rejects.toMatchObject(code('forbidden'));

  await den.rights.remove('bob');
  await eventually(() => his.left.length > 0, 'the end of the room');
  expect(his.left).toEqual([{reason: 'removed', by: 'ada'}]);
  await expect(den.rights.remove('bob')).rejects.toMatchObject(code('unknown_member', 'user'));
  await eventually(() => told.some(({change}) => change === 'removed'), 'the news of it');
  expect(told.map(({user, change, role, by}) => [user, change, role, by])).toEqual([
    ['bob', 'joined', 'member', undefined],
    ['bob', 'role', 'moderator', 'ada'],
    ['cat', 'joined', 'guest', 'bob'],
    ['bob', 'role', 'guest', 'ada'],
    ['bob', 'removed', 'guest', 'ada'],
  ]);
});

test('[PERM5] an owner gives a group a role: its users are let in, and their rights change with it', async () => {
  await using nodes = await Pair.start();
  await using ada = client('ada', nodes.here.url);
  await using eve = client('eve', nodes.there.url);
  const den = await ada.join('den', {create: true});
  await den.update({access: 'private', title: 'The den'});
  expect(den.title).toBe('The den');
  await expect(eve.join('den')).rejects.toMatchObject(code('unknown_room'));
  await expect(den.rights.setGroup('staff', 'admin')).rejects.toMatchObject(code('unknown_group', 'group'));
  await ops(nodes.there, 'POST', '/v1/groups', {group: 'staff'});
  await ops(nodes.there, 'POST', '/v1/groups/staff/users/add', {users: ['eve']});
  await den.rights.setGroup('staff', 'admin');
  expect(await den.rights.groups()).toEqual(new Map([['staff', 'admin']]));
  const hers = await joined(eve);
  expect(hers.room.rights.role).toBe('admin');
  await den.rights.setGroup('staff', 'guest');
  await eventually(() => hers.room.rights.role === 'guest', 'being a guest');
  await den.rights.setGroup('staff');
  await eventually(() => hers.left.length > 0, 'the end of the room');
  expect(hers.left).toEqual([{reason: 'forbidden'}]);
});

test('[PERM7] rights that changed while the connection was gone are known with its return', async () => {
  await using nodes = await Pair.start();
  await using proxy = await TcpProxy.to(nodes.there.url);
  await using ada = client('ada', nodes.here.url);
  await using bob = client('bob', proxy.url);
  const den = await ada.join('den', {create: true});
  const his = await joined(bob);
  proxy.cut({refuse: true});
  await eventually(() => his.room.state.status === 'away', 'the end of the connection');
  await den.rights.setRole('bob', 'guest');
  expect(his.rights).toEqual([]);
  proxy.cut();
  await eventually(() => his.room.state.status === 'joined', 'the return');
  expect(his.rights).toMatchObject([{role: 'guest', may: [], call: ['join']}]);
});

test('[PERM8] grants of a token are rights of its session only', async () => {
  await using node = await startNode();
  await using ada = client('ada', node.url);
  await ada.join('den', {create: true});
  const grants = [{rooms: ['den'], role: 'guest', call: ['join', 'audio']}];
  await using guest = connect({url: node.url, token: () => signToken('bob', 'Bob', {grants})});
  await using same = client('bob', node.url);
  expect((await guest.join('den')).rights).toMatchObject({role: 'guest', may: [], call: ['join', 'audio']});
  expect((await same.join('den')).rights).toMatchObject({role: 'member'});
  await expect(guest.join('attic')).rejects.toMatchObject(code('forbidden'));
});
