import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {eventually} from '../eventually.js';
import {ops} from '../ops.js';
import {startNode, type TestNode} from '../start-node.js';
import {HookServer, hooksFor} from './hook-server.js';

const metric = async (node: TestNode, name: string): Promise<number> => {
  const text = await (await fetch(`${node.opsUrl}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')
      .at(-1) ?? Number.NaN,
  );
};
const questions = (node: TestNode, hook: string, outcome: string): Promise<number> =>
  metric(node, `parley_hook_questions_total{backend="gate",hook="${hook}",outcome="${outcome}"}`);

test('[HOOK9] a backend outside decides: who connects and as whom, who is in a room, and what is said there', async () => {
  await using backend = await HookServer.start();
  backend.decide = ({type, data}) => {
    if (data['user'] === 'eve') return {allow: false, reason: 'banned', message: 'Not you.'};
    if (type === 'parley.hook.connect') return {allow: true, name: 'Ada L.'};
    if (type === 'parley.hook.join')
      return data['room'] === 'vault' ? {allow: false} : {allow: true, role: 'moderator'};
    return data['text'] === 'spam'
      ? {allow: false, code: 'forbidden', reason: 'spam'}
      : {allow: true, text: 'kind words'};
  };
  const env = {PARLEY_HOOKS: hooksFor(backend, {connect: 'closed', join: 'closed', publish: 'closed'})};
  await using node = await startNode({env});
  await expect(connectBare(node, {user: 'eve'})).rejects.toMatchObject({
    message: 'denied',
    data: {code: 'denied', message: 'Not you.', reason: 'banned', retryable: false, closeCode: 4511},
  });
  await ops(node, 'POST', '/v1/rooms', {room: 'den', access: 'private'});
  await using ada = await connectBare(node, {user: 'ada', auth: {device: 'Phone'}});
  expect(ada.all('session.ready')).toMatchObject([{name: 'Ada L.'}]);
  await expect(ada.request('room.join', {room: 'vault'})).rejects.toMatchObject({code: 'denied'});
  expect(await ada.request('room.join', {room: 'den'})).toMatchObject({standing: {role: 'moderator'}});
  const send = (id: string, text: string) => ada.request('chat.send', {room: 'den', id, text});
  await expect(send('m1', 'spam')).rejects.toMatchObject({code: 'forbidden', reason: 'spam'});
  await send('m2', 'rude words');
  await ada.until(() => ada.all('chat.message').length === 1, 'the message');
  expect(ada.all('chat.message')).toMatchObject([{id: 'm2', text: 'kind words', name: 'Ada L.'}]);
  expect(backend.of('publish')[1]).toMatchObject({
    subject: 'room/den',
    data: {user: 'ada', name: 'Ada L.', room: 'den', message: 'm2', text: 'rude words', role: 'moderator'},
  });
  expect(backend.of('connect')[1]).toMatchObject({
    subject: 'user/ada',
    data: {user: 'ada', how: 'new', device: 'Phone'},
  });
  expect(backend.unverified).toBe(0);
  expect(await questions(node, 'publish', 'allowed')).toBe(1);
  expect(await questions(node, 'publish', 'refused')).toBe(1);
});

test('[HOOK10] what the backend lets be kept it is not asked again until its time is over', async () => {
  await using backend = await HookServer.start();
  backend.decide = () => ({allow: true, cacheMs: 1_000});
  await using node = await startNode({env: {PARLEY_HOOKS: hooksFor(backend, {join: 'closed'})}});
  await using ada = await connectBare(node, {user: 'ada'});
  await using bob = await connectBare(node, {user: 'bob'});
  await ada.request('room.create', {room: 'den'});
  for (let n = 0; n < 5; n += 1) await ada.request('room.join', {room: 'den'});
  await bob.request('room.join', {room: 'den'});
  expect(backend.of('join').map(({data}) => data['user'])).toEqual(['ada', 'bob']);
  await eventually(async () => {
    await ada.request('room.join', {room: 'den'});
    return backend.of('join').length === 3;
  }, 'the answer to be over');
});

test.each(['open', 'closed'] as const)(
  '[HOOK11] slow, wrong or down: the hook fails %s, and nobody waits for long',
  async (fails) => {
    await using backend = await HookServer.start();
    const env = {PARLEY_HOOKS: hooksFor(backend, {join: fails}, {timeoutMs: 1_000})};
    await using node = await startNode({env});
    await using ada = await connectBare(node, {user: 'ada'});
    await ada.request('room.create', {room: 'den'});
    const join = async () => {
      const error = await ada.request('room.join', {room: 'den'}).catch((thrown: unknown) => thrown as {code: string});
      return 'code' in (error as object) ? (error as {code: string}).code : 'joined';
    };
    const outcome = fails === 'open' ? 'joined' : 'unavailable';
    backend.decide = () => 'silence';
    expect(await join()).toBe(outcome);
    for (const wrong of [
      {status: 200, text: 'of course'},
      {status: 200, text: '{"allow": "yes"}'},
      {status: 500, text: ''},
      {status: 302, text: ''},
      {status: 200, text: 'x'.repeat(100_000)},
      {allow: true, everything: true},
    ]) {
      backend.decide = () => wrong;
      expect([wrong, await join()]).toEqual([wrong, outcome]);
    }
    await backend.shut();
    expect(await join()).toBe(outcome);
    const counted = await Promise.all(['away', 'wrong'].map((how) => questions(node, 'join', how)));
    expect(counted[0]).toBeGreaterThanOrEqual(2);
    expect((counted[0] ?? 0) + (counted[1] ?? 0)).toBe(8);
  },
);

test('[HOOK12] a dead backend holds up no connect once it is known to be dead, and is asked again when it is back', async () => {
  await using backend = await HookServer.start();
  const env = {PARLEY_HOOKS: hooksFor(backend, {connect: 'closed'}, {timeoutMs: 300, concurrency: 64})};
  await using node = await startNode({env});
  backend.decide = () => 'silence';
  const refused = (user: string) =>
    expect(connectBare(node, {user})).rejects.toMatchObject({
      data: {code: 'unavailable', retryable: true},
    });
  await Promise.all(Array.from({length: 5}, (_, n) => refused(`user-${n}`)));
  expect(await metric(node, 'parley_hook_circuit_open{backend="gate"}')).toBe(1);
  const askedBefore = backend.asked.length;
  await Promise.all(Array.from({length: 20}, (_, n) => refused(`later-${n}`)));
  // One of them may have been the trial that follows after a second.
  expect(backend.asked.length - askedBefore).toBeLessThanOrEqual(1);
  backend.decide = () => ({allow: true});
  await eventually(
    async () => {
      const client = await connectBare(node, {user: 'ada'}).catch(() => undefined);
      await client?.[Symbol.asyncDispose]();
      return client !== undefined;
    },
    'the backend to be asked again',
    20_000,
  );
  expect(await metric(node, 'parley_hook_circuit_open{backend="gate"}')).toBe(0);
});

test('[HOOK13] of many at once no more than are allowed are at the backend, and all get their answer', async () => {
  await using backend = await HookServer.start();
  backend.decide = async ({data}) => {
    await delay(5);
    return data['user'] === 'user-7' ? {allow: false} : {allow: true};
  };
  const env = {PARLEY_HOOKS: hooksFor(backend, {connect: 'closed'}, {concurrency: 4, timeoutMs: 10_000})};
  await using node = await startNode({env});
  const outcomes = await Promise.all(
    Array.from({length: 60}, async (_, n) => {
      const client = await connectBare(node, {user: `user-${n}`}).catch(() => undefined);
      await client?.[Symbol.asyncDispose]();
      return client !== undefined;
    }),
  );
  expect(outcomes.flatMap((came, n) => (came ? [] : [n]))).toEqual([7]);
  expect(backend.most).toBeLessThanOrEqual(4);
});

test('[HOOK18] a backend at a private address is not asked unless it is allowed to be there', async () => {
  await using backend = await HookServer.start();
  const env = {PARLEY_HOOKS: hooksFor(backend, {join: 'closed'}, {allowPrivate: false})};
  await using node = await startNode({env});
  await using ada = await connectBare(node, {user: 'ada'});
  await ada.request('room.create', {room: 'den'});
  await expect(ada.request('room.join', {room: 'den'})).rejects.toMatchObject({code: 'unavailable'});
  expect(backend.asked).toEqual([]);
});
