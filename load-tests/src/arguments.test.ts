import {expect, test} from 'vitest';
import {parseCommand, UsageError} from './arguments.js';

test('fanout without options has the documented ones', () => {
  expect(parseCommand(['fanout'])).toEqual({
    scenario: 'fanout',
    peers: [],
    json: undefined,
    report: undefined,
    parameters: {clients: 1_000, rooms: 1, rate: 50, burst: 10, bytes: 64, seconds: 10, rounds: 2},
  });
});

test('peers are named by commas, and options take their values', () => {
  const command = parseCommand(['fanout', '--peer', 'uws-raw,socketio-ws', '--clients', '20', '--json', 'x.json']);
  expect(command.peers).toEqual(['uws-raw', 'socketio-ws']);
  expect(command.parameters.clients).toBe(20);
  expect(command.json).toBe('x.json');
});

test('idle has options of its own', () => {
  expect(parseCommand(['idle', '--clients', '500', '--rooms', '5'])).toEqual({
    scenario: 'idle',
    peers: [],
    json: undefined,
    report: undefined,
    parameters: {clients: 500, rooms: 5, settleSeconds: 10},
  });
  expect(() => parseCommand(['idle', '--rate', '5'])).toThrow(/Unknown option '--rate'/);
});

test.each([
  [[], /usage: npm run load/],
  [['fan'], /There is no scenario "fan"/],
  [['fanout', '--peer', 'nginx'], /--peer knows uws-raw, .* not "nginx"/],
  [['idle', '--peer', 'uws-raw'], /--peer knows socketio-uws, socketio-ws, not/],
  [['fanout', '--clients', 'many'], /--clients must be a number from 1 to 20000, not "many"/],
  [['fanout', '--clients', '2', '--rooms', '3'], /--rooms must not exceed --clients/],
  [['fanout', '--colour', 'red'], /Unknown option '--colour'/],
])('%j is refused with one sentence', (args, sentence) => {
  expect(() => parseCommand(args)).toThrow(UsageError);
  expect(() => parseCommand(args)).toThrow(sentence);
});
