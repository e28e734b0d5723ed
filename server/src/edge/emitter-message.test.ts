import {encode} from 'notepack.io';
import {expect, test} from 'vitest';
import {isOperation, readEmitterMessage, roomOfChannel} from './emitter-message.js';

const event = (data: unknown, options: unknown = {}): Buffer => encode(['emitter', {type: 2, data, nsp: '/'}, options]);

test('the room of a channel is known without reading the message', () => {
  expect(roomOfChannel('socket.io#/#lobby#')).toBe('lobby');
  expect(roomOfChannel('socket.io#/#a#b#')).toBe('a#b');
  expect(roomOfChannel('socket.io#/#')).toBeUndefined();
  expect(isOperation('socket.io-request#/#')).toBe(true);
  expect(isOperation('socket.io#/#x-request#')).toBe(false);
});

test('an event is read with its arguments, binary ones included', () => {
  const read = readEmitterMessage(
    event(['price', Buffer.from([1, 2]), 3], {rooms: ['a'], except: ['b'], flags: {volatile: true}}),
  );
  expect(read).toEqual({name: 'price', args: [Buffer.from([1, 2]), 3], rooms: ['a'], except: ['b'], volatile: true});
});

test('what another Socket.IO cluster says to its own is nothing for us', () => {
  expect(readEmitterMessage(encode(['abc123', {type: 2, data: ['price'], nsp: '/'}, {}]))).toBeUndefined();
});

test.each([
  ['no MessagePack', Buffer.from([0xc1])],
  ['nothing', Buffer.alloc(0)],
  ['no list', encode({})],
  ['no packet', encode(['emitter', null, {}])],
  ['no event', encode(['emitter', {type: 3, data: []}, {}])],
  ['no name', event([{}])],
  ['rooms that are none', event(['price'], {rooms: [1]})],
])('what is malformed is refused: %s', (_what, message) => {
  expect(() => readEmitterMessage(message)).toThrow();
});
