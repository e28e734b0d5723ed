import {call, chat} from '@parley/protocol';
import {expect, test} from 'vitest';
import {readAnswer} from './answer.js';
import {understand} from './understand.js';

const message = {room: 'lobby', epoch: 'e1', offset: 1, at: 1, id: 'm1', from: 'ada', name: 'Ada', text: 'hello'};

test('[ENV6] fields of a newer server are dropped, at any depth', () => {
  const profile = {role: 'member', rights: ['join'], handRaisedAt: null, metadata: {}};
  const limits = {peers: 1, producers: 0, producersPerPeer: 1, bitrate: 0, videos: 0, voices: 0};
  const peer = {peer: 'session-1', user: 'ada', name: 'Ada', state: 'connected', joinedAt: 1, profile};
  expect(understand(chat.message.payload, {...message, mood: 'fine'})).toEqual(message);
  const joined = {
    peer: 'session-1',
    peers: [peer, {...peer, hat: 1}],
    producers: [],
    startedAt: 1,
    locked: false,
    lobby: true,
    recordable: 'no',
    limits: {...limits, hats: 2},
  };
  expect(understand(call.join.result, {...joined, extra: true})).toEqual({
    ...joined,
    peers: [peer, peer],
    limits,
  });
});

test('[ENV6] what does not fit is ignored, not guessed', () => {
  expect(understand(chat.message.payload, {...message, offset: 'one'})).toBeUndefined();
  expect(understand(chat.message.payload, {...message, offset: 'one', mood: 'fine'})).toBeUndefined();
  expect(understand(chat.message.payload, null)).toBeUndefined();
});

test('[ENV2] a refusal keeps its code, field and retry time', () => {
  const answer = {
    ok: false,
    error: {code: 'rate_limited', message: 'slowly', retryable: true, retryAfterMs: 70, field: 'text'},
  };
  expect(readAnswer(chat.send, answer)).toMatchObject({
    code: 'rate_limited',
    message: 'slowly',
    retryAfterMs: 70,
    field: 'text',
    retryable: true,
  });
});

test.each([
  [undefined],
  ['ok'],
  [{ok: true, data: {}}],
  [{ok: false}],
  [{ok: false, error: {code: 'from_the_future'}}],
])('[ENV2] an answer that nobody can read (%j) is an internal error', (answer) => {
  expect(readAnswer(chat.send, answer)).toMatchObject({code: 'internal'});
});
