import {ParleyError} from '@parley/protocol';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {startNode} from '../start-node.js';
import {fileShelf} from '../../src/commands/file-shelf.js';
import {keysCommand} from '../../src/commands/keys.js';
import {temporaryFolder} from '../temporary-folder.js';
import type {Fields, Told} from './contract/door.js';
import {grpcDoor} from './contract/grpc-door.js';
import {httpDoor} from './contract/http-door.js';
import {openOps} from './open-ops.js';
import {openHouse, type OpenHouse} from './contract/open-house.js';

let house: OpenHouse;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house[Symbol.asyncDispose]());

interface BatchAnswers {
  readonly answers: readonly Readonly<Record<string, unknown>>[];
  readonly done: number;
  readonly refused: number;
}

const answersOf = (told: Told): BatchAnswers => {
  expect(told).toHaveProperty('ok');
  return ('ok' in told ? told.ok : {}) as BatchAnswers;
};

const codes = (told: Told): unknown[] =>
  answersOf(told).answers.map(({problem}) => (problem as {code: string} | undefined)?.code ?? 'ok');

const push = (more: Fields): object => ({push: {target: {user: 'ana'}, topic: 'a', data: 1, ...more}});
const intoDen = (more: Fields = {}): object => push({target: {room: 'den'}, store: true, ...more});

test('[OPS14] each item has its answer or its problem, at its place, at every door', async () => {
  const items = [
    push({}),
    push({topic: ''}),
    {kickUser: {user: 'a b'}},
    {removeMember: {room: 'den', user: 'ana'}},
    {},
    {kickSession: {session: 'session-1'}},
  ];
  for (const door of house.doors) {
    const {answers, done, refused} = answersOf(await door.ask('batch', {items}));
    const problem = (field: string | undefined): unknown => ({
      code: 'invalid_payload',
      message: expect.any(String) as unknown,
      retryable: false,
      ...(field !== undefined && {field}),
    });
    expect(answers, door.name).toEqual([
      {push: expect.objectContaining({id: 'p_1', repeated: true, epoch: 'e1', offset: 9}) as unknown},
      {problem: problem('topic')},
      {problem: problem('user')},
      {removeMember: {}},
      {problem: problem(undefined)},
      {kickSession: {sessions: 1}},
    ]);
    expect([done, refused], door.name).toEqual([3, 3]);
  }
});

test('[OPS14] over HTTP an item of no known verb, of several, or that is no object is refused by itself', async () => {
  const [http] = house.doors;
  const items = [
    {fly: {}},
    {push: {}, kickUser: {}},
    7,
    null,
    [],
    {push: 'x'},
    {__proto__: null, toString: {}},
    push({}),
  ];
  expect(codes((await http?.ask('batch', {items})) ?? {ok: 0})).toEqual([
    ...Array.from({length: 7}, () => 'invalid_payload'),
    'ok',
  ]);
});

test('[OPS14] what has the same target is done in the order of the items', async () => {
  const items = Array.from({length: 18}, (_, n) => push({target: {user: n % 2 === 0 ? 'ana' : 'bob'}, data: n}));
  for (const door of house.doors) {
    house.backstage.asked.length = 0;
    await door.ask('batch', {items});
    const asked = house.backstage.asked.map(([, request]) => request as {data: number});
    for (const odd of [0, 1]) {
      const order = asked.map(({data}) => data).filter((n) => n % 2 === odd);
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(order).toHaveLength(9);
    }
  }
});

test('[OPS14] what the house refuses, and a defect of ours, are problems of their items', async () => {
  house.backstage.failure = new ParleyError('unavailable', {retryAfterMs: 1_000});
  for (const door of house.doors) {
    const {answers} = answersOf(await door.ask('batch', {items: [push({}), intoDen(), intoDen()]}));
    const problem: unknown = expect.objectContaining({code: 'unavailable', retryable: true, retryAfterMs: 1_000});
    expect(answers).toEqual([{problem}, {problem}, {problem}]);
  }
  house.backstage.failure = new TypeError('the cause of it all');
  for (const door of house.doors) {
    const told = await door.ask('batch', {items: [push({})]});
    expect(codes(told)).toEqual(['internal']);
    expect(JSON.stringify(told)).not.toContain('cause');
  }
});

test('[OPS15] pushes into one room are asked for at once; if one is malformed none of them is, and the rest is done', async () => {
  for (const door of house.doors) {
    house.backstage.asked.length = 0;
    expect(codes(await door.ask('batch', {items: [intoDen(), push({}), intoDen()]}))).toEqual(['ok', 'ok', 'ok']);
    expect(house.backstage.asked.map(([name]) => name)).toEqual(['pushTogether', 'push']);
    house.backstage.asked.length = 0;
    const told = await door.ask('batch', {items: [intoDen(), push({}), intoDen({topic: ''}), intoDen()]});
    expect(codes(told)).toEqual(['batch_aborted', 'ok', 'invalid_payload', 'batch_aborted']);
    expect(house.backstage.asked.map(([name]) => name)).toEqual(['push']);
  }
});

test('[OPS14] a batch counts as so many requests: what is above the rate is refused, with the time to wait', async () => {
  const items = Array.from({length: 12}, () => push({}));
  for (const place of [0, 1]) {
    await using busy = await openHouse({requestsPerSecond: 4});
    const told = codes((await busy.doors[place]?.ask('batch', {items})) ?? {ok: 0});
    // All items are counted in one turn: hardly any time passes meanwhile.
    expect(told.slice(0, 4)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(told.slice(-4)).toEqual(['rate_limited', 'rate_limited', 'rate_limited', 'rate_limited']);
    const metrics = (await busy.metrics.text()).split('\n');
    expect(metrics).toContain(`parley_batch_items_total{code="ok"} ${told.filter((code) => code === 'ok').length}`);
    expect(metrics.find((line) => line.startsWith('parley_limits_reached_total{limit="api_requests"}'))).toBeDefined();
  }
});

test('[OPS14] each item needs the scope of its own verb and room', async () => {
  const file = `${temporaryFolder()}/keys.json`;
  const made = await keysCommand('create --name shop --verbs push.*,members.set --rooms order-*'.split(' '), {
    shelf: () => Promise.resolve(fileShelf(file)),
    now: Date.now(),
  });
  const key = made.trim();
  await using node = await startNode({env: {PARLEY_API_KEYS_FILE: file, PARLEY_GRPC_PORT: '0'}});
  const items = [
    {createRoom: {room: 'order-1'}},
    {setMember: {room: 'order-1', user: 'ana'}},
    {setMember: {room: 'den', user: 'ana'}},
    push({target: {room: 'order-2'}, store: true}),
    push({}),
  ];
  for (const door of [httpDoor(node.opsUrl, key), grpcDoor(node.app.grpcAddress ?? '', key)]) {
    const expected = ['forbidden', 'unknown_room', 'forbidden', 'unknown_room', 'forbidden'];
    expect(codes(await door.ask('batch', {items})), door.name).toEqual(expected);
    await door[Symbol.asyncDispose]();
  }
});

test('[OPS14] each item has its own audit line, also if it is refused', async () => {
  await using ops = await openOps();
  const items = [{kickUser: {user: 'ana', message: 'bye'}}, {createGroup: {group: 'staff'}}, intoDen()];
  await ops.call('POST', '/v1/batch', {items}, {'x-request-id': 'trace-7'});
  const audit = ops.lines.filter(({msg}) => msg === 'audit');
  expect(audit.map(({verb, target, outcome}) => [verb, target, outcome])).toEqual(
    expect.arrayContaining([
      ['users.kick', {user: 'ana'}, 'done'],
      ['groups.create', {group: 'staff'}, 'too_many_groups'],
      ['push.send', {room: 'den'}, 'done'],
    ]),
  );
  expect(audit).toHaveLength(3);
  expect(audit.every(({correlationId}) => correlationId === 'trace-7')).toBe(true);
});

test('[OPS17] too many items, too much at once, and one item that is too large', async () => {
  for (const door of house.doors) {
    house.backstage.asked.length = 0;
    expect(await door.ask('batch', {items: Array.from({length: 21}, () => push({}))})).toEqual({
      code: 'too_large',
      field: 'items',
    });
    const large = push({data: 'x'.repeat(15_000)});
    expect(await door.ask('batch', {items: [large, large, large, large, large]})).toEqual({code: 'too_large'});
    expect(house.backstage.asked).toEqual([]);
    expect(codes(await door.ask('batch', {items: [large, push({data: 'x'.repeat(17_000)}), large]}))).toEqual([
      'ok',
      'too_large',
      'ok',
    ]);
  }
});

test('[OPS26] a batch calls off pushes that wait, once they are on their way no more, and speaks of calls', async () => {
  await using node = await startNode({env: {PARLEY_GRPC_PORT: '0'}});
  for (const door of [httpDoor(node.opsUrl, node.apiKey), grpcDoor(node.app.grpcAddress ?? '', node.apiKey)]) {
    const later = await door.ask('push.send', {target: {user: 'ana'}, topic: 't', data: 1, delayMs: 3_600_000});
    const {id} = (later as {ok: {id: string}}).ok;
    await door.ask('rooms.create', {room: 'den'});
    const told = await door.ask('batch', {
      items: [
        {cancelPush: {id}},
        {cancelPush: {id: 'nobody-s'}},
        {endCall: {room: 'den'}},
        {muteCall: {room: 'den', peers: 'all'}},
        {kickPeer: {room: 'nowhere', peer: 'session-1'}},
      ],
    });
    const problem = (code: string) => ({problem: {code}});
    expect(told, door.name).toMatchObject({
      ok: {
        answers: [{cancelPush: {}}, ...['unknown_push', 'unknown_call', 'unknown_call', 'unknown_room'].map(problem)],
      },
    });
    expect(await door.ask('scheduled.get', {id})).toMatchObject({ok: {state: 'cancelled'}});
    await door[Symbol.asyncDispose]();
  }
});
