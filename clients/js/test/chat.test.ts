import {chat, room as rooms} from '@parley/protocol';
import {connect, ParleyError} from '@parley/client';
import {expect, test} from 'vitest';
import {signToken, startNode} from '../../../server/test/start-node.js';
import {client, eventually, Seen} from './clients.js';

test('[CHAT1] two clients chat: both see the same messages in the same order, each its own echo', async () => {
  await using node = await startNode();
  await using ada = client('ada', node.url);
  await using bob = client('bob', node.url);
  const [hers, his] = [await ada.join('lobby', {create: true}), await bob.join('lobby', {create: true})];
  const [sheSaw, heSaw] = [new Seen(hers), new Seen(his)];
  const sent = [hers.send('one'), his.send('two'), hers.send('three')];
  await Promise.all(sent.map(({done}) => done));
  await Promise.all([sheSaw.count(3), heSaw.count(3)]);
  expect(heSaw.messages.map(({offset, text}) => [offset, text])).toEqual(
    sheSaw.messages.map(({offset, text}) => [offset, text]),
  );
  expect(sheSaw.messages.filter(({sent: own}) => own).map(({text}) => text)).toEqual(['one', 'three']);
  expect(hers.position).toEqual(his.position);
});

test('[CHAT5] [ROOM5] history, members, typing and presence come as they are', async () => {
  await using node = await startNode();
  await using ada = client('ada', node.url);
  const lobby = await ada.join('lobby', {create: true});
  const told: string[] = [];
  lobby.on('member', ({user, change}) => told.push(`${user} ${change}`));
  lobby.on('typing', ({user, typing}) => told.push(`${user} typing ${typing}`));
  lobby.on('presence', (news) => {
    if (news.mode === 'members') for (const {user, status} of news.changed) told.push(`${user} ${status}`);
  });
  await lobby.presence.follow();
  for (let n = 1; n <= 5; n += 1) await lobby.send(`m${n}`).done;
  const bob = client('bob', node.url);
  const his = await bob.join('lobby');
  await eventually(() => told.includes('bob online'), 'bob to be told of');
  his.typing();
  await eventually(() => told.includes('bob typing true'), 'typing');
  const {members} = await lobby.members();
  expect(members.map(({user, presence}) => [user, presence]).sort()).toEqual([
    ['ada', 'online'],
    ['bob', 'online'],
  ]);
  const page = await lobby.history({limit: 3});
  const older = await lobby.history({before: page.first, limit: 200});
  const texts = [...older.events, ...page.events].flatMap((one) => (one.event === 'message' ? one.payload.text : []));
  expect(texts).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
  expect([page.more, older.more, page.last]).toEqual([true, false, page.head]);
  await bob.close();
  await eventually(() => told.includes('bob offline'), 'the end of bob');
  expect(told).toContain('bob joined');
});

test('[ROOM3] [CHAT4] refusals carry their code', async () => {
  await using node = await startNode();
  await using ada = client('ada', node.url);
  await expect(ada.join('nowhere')).rejects.toMatchObject({code: 'unknown_room'});
  await expect(ada.request(chat.send, {room: 'nowhere', id: 'x', text: 'hi'})).rejects.toBeInstanceOf(ParleyError);
  await expect(ada.request(rooms.join, {room: '{bad}'})).rejects.toMatchObject({
    code: 'invalid_payload',
    field: 'room',
  });
});

test('[CALL1] without a media worker the client says so, and a call is refused', async () => {
  await using node = await startNode();
  await using ada = client('ada', node.url);
  const {calls} = await ada.ready;
  expect(calls).toMatchObject({available: false});
  const lobby = await ada.join('lobby', {create: true});
  await expect(lobby.call.join()).rejects.toMatchObject({code: 'calls_unavailable'});
});

test('[CON9] everything works over long-polling too', async () => {
  await using node = await startNode();
  await using ada = connect({url: node.url, token: () => signToken('ada'), transports: ['polling']});
  const lobby = await ada.join('lobby', {create: true});
  const seen = new Seen(lobby);
  await lobby.send('slowly').done;
  await seen.count(1);
  expect(seen.texts).toEqual(['slowly']);
});

test('[CON2] a wrong token closes the client with its code, an expired one is renewed', async () => {
  await using node = await startNode();
  const wrong = connect({
    url: node.url,
    token: () => signToken('ada', 'ada', {}, 'another secret, long enough to be one'),
  });
  await expect(wrong.ready).rejects.toMatchObject({code: 'bad_token'});
  expect(wrong.state).toMatchObject({status: 'closed', reason: 'bad_token'});
  let asked = 0;
  const past = Math.floor(Date.now() / 1_000) - 3_600;
  await using late = connect({url: node.url, token: () => signToken('ada', 'ada', ++asked === 1 ? {exp: past} : {})});
  await expect(late.ready).resolves.toMatchObject({user: 'ada'});
  expect(asked).toBe(2);
});

test('[SES9] a kicked client is closed and does not come back', async () => {
  await using node = await startNode();
  const ada = client('ada', node.url);
  const {session} = await ada.ready;
  const answer = await fetch(new URL(`/v1/sessions/${session}/kick`, node.opsUrl), {
    method: 'POST',
    headers: {authorization: `Bearer ${node.apiKey}`, 'content-type': 'application/json'},
    body: '{}',
  });
  expect(answer.ok).toBe(true);
  await eventually(() => ada.state.status === 'closed', 'the end');
  expect(ada.state).toMatchObject({reason: 'kicked'});
});
