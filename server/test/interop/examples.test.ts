import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {hooksFor} from '../hooks/hook-server.js';
import {ops} from '../ops.js';
import {startNode} from '../start-node.js';
import {secret, webhooksFor} from '../webhooks/receiver-server.js';
import {python, runClient} from './run-client.js';

const example = (name: string): string => fileURLToPath(new URL(`../../../docs/examples/${name}`, import.meta.url));
const hasCurl = spawnSync('curl', ['--version']).status === 0;

test.each([
  ['push.sh', 'sh', hasCurl ? undefined : 'there is no curl'],
  ['push.py', python, undefined],
])('[PUSH10] the example %s pushes to somebody and says what became of it', async (name, program, missing) => {
  if (missing !== undefined) {
    console.log(`${name} is left out: ${missing}`);
    return;
  }
  await using node = await startNode();
  await using ada = await connectBare(node, {user: 'ada'});
  const env = {PARLEY_URL: node.opsUrl, PARLEY_KEY: node.apiKey};
  const pushed = runClient(program, [example(name), 'ada', 'order.shipped', '{"order": 42}'], env);
  const [sent, report] = [await pushed.next(), await pushed.next()] as [{id: string}, {id: string}];
  expect(sent).toMatchObject({addressed: 1, repeated: false});
  expect(report.id).toBe(sent.id);
  expect(await pushed.ended).toEqual([0, null]);
  const arrived = (): unknown => ada.events.find(({payload}) => JSON.stringify(payload).includes(sent.id))?.payload;
  await ada.until(() => arrived() !== undefined, 'the push');
  expect(JSON.stringify(arrived())).toContain('"order":42');
});

test('[PUSH10] the example in Python says in one line why a push was refused', async () => {
  await using node = await startNode();
  const env = {PARLEY_URL: node.opsUrl, PARLEY_KEY: 'somebody-s-key'};
  const refused = runClient(python, [example('push.py'), 'ada', 'order.shipped', '1'], env);
  await expect(refused.next()).rejects.toThrow(/\nbad_api_key: .+\n$/);
  expect(await refused.ended).toEqual([1, null]);
});

test('[HOOK2] the example of a receiver in Python verifies what it is told, and refuses what others say', async () => {
  const receiver = runClient(python, [example('webhook_receiver.py'), '0'], {PARLEY_WEBHOOK_SECRET: secret});
  try {
    const url = `http://127.0.0.1:${Number(await receiver.next())}/`;
    await using node = await startNode({env: {PARLEY_WEBHOOKS: webhooksFor({name: 'py', server: {url}})}});
    await using _ada = await connectBare(node, {user: 'ada'});
    expect(await receiver.next()).toEqual([
      'parley.session.opened',
      'user/ada',
      expect.objectContaining({user: 'ada', name: 'ada'}),
    ]);
    const forged = await fetch(url, {method: 'POST', body: '{}', headers: {'webhook-id': 'x'}});
    expect(forged.status).toBe(401);
  } finally {
    receiver.child.kill();
    await receiver.ended;
  }
});

test('[HOOK9] the example of a backend in Python decides who connects, who joins and what is said, and heeds nobody else', async () => {
  const env = {PARLEY_HOOK_SECRET: secret, BANNED: 'eve', STAFF: 'ada'};
  const backend = runClient(python, [example('authorise.py'), '0'], env);
  try {
    const url = `http://127.0.0.1:${Number(await backend.next())}/`;
    const asked = {connect: 'closed', join: 'closed', publish: 'closed'} as const;
    await using node = await startNode({env: {PARLEY_HOOKS: hooksFor({url}, asked)}});
    await expect(connectBare(node, {user: 'eve'})).rejects.toMatchObject({
      data: {code: 'denied', reason: 'banned', message: 'Your account is closed.'},
    });
    expect(await backend.next()).toEqual(['parley.hook.connect', 'eve', expect.objectContaining({allow: false})]);

    await using ada = await connectBare(node, {user: 'ada'});
    await using bob = await connectBare(node, {user: 'bob'});
    await ops(node, 'POST', '/v1/rooms', {room: 'staff-only', access: 'private'});
    expect(await ada.request('room.join', {room: 'staff-only'})).toMatchObject({standing: {role: 'member'}});
    const kept = bob.request('room.join', {room: 'staff-only'});
    await expect(kept).rejects.toMatchObject({code: 'forbidden', reason: 'staff_only'});

    const send = (id: string, text: string) => ada.request('chat.send', {room: 'staff-only', id, text});
    await expect(send('m1', 'WHERE IS EVERYBODY TODAY?')).rejects.toMatchObject({code: 'denied', reason: 'shouting'});
    await send('m2', 'Charge 4111 1111 1111 1111, please.');
    await send('m3', 'Thank you.');
    await ada.until(() => ada.all('chat.message').length === 2, 'the messages');
    expect(ada.all('chat.message').map(({text}) => text)).toEqual(['Charge [card number], please.', 'Thank you.']);

    const forged = await fetch(url, {method: 'POST', body: '{}', headers: {'webhook-id': 'x'}});
    expect(forged.status).toBe(401);
  } finally {
    backend.child.kill();
    await backend.ended;
  }
});
