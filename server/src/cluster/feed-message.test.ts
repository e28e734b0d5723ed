import {expect, test} from 'vitest';
import {ephemeralMessage, parseFeedMessage} from './feed-message.js';

test('entries that were appended together have consecutive offsets and microseconds', () => {
  const message = '1 epoch 41 1700000000000999\nchat.message {"text":"two\\nlines"}\nroom.member {"user":"a b"}';
  expect(parseFeedMessage(message)).toMatchObject({
    kind: 'entries',
    logged: [
      {
        entry: {name: 'chat.message', data: {text: 'two\nlines'}, epoch: 'epoch', offset: 41, at: 1_700_000_000_000},
        stamp: 1_700_000_000_000_999,
        bytes: 33,
      },
      {
        entry: {name: 'room.member', data: {user: 'a b'}, epoch: 'epoch', offset: 42, at: 1_700_000_000_001},
        stamp: 1_700_000_000_001_000,
        bytes: 25,
      },
    ],
  });
});

test('ephemeral events and new epochs are told apart, and what is neither is refused', () => {
  const event = {name: 'chat.typing', data: {user: 'ada', typing: true}};
  expect(parseFeedMessage(ephemeralMessage(event))).toEqual({kind: 'ephemeral', event});
  expect(parseFeedMessage('2 next 7 12')).toEqual({kind: 'epoch', standing: {epoch: 'next', offset: 7, stamp: 12}});
  for (const odd of ['', '1', '1 epoch x 1\na {}', '3 epoch 1 1', '1 epoch 1 1\nname []', '0 name 5'])
    expect(() => parseFeedMessage(odd)).toThrow();
});
