import {expect, test} from 'vitest';
import {parseCommand} from './arguments.js';
import {UsageError} from './usage-error.js';

const parametersOf = (...args: string[]): Readonly<Record<string, number>> => {
  const {scenario, given} = parseCommand(args);
  return scenario.parameters(given);
};

test('fanout without options has the documented ones', () => {
  expect(parseCommand(['fanout'])).toMatchObject({scenario: {name: 'fanout'}, peers: []});
  const usual = {clients: 1_000, rooms: 1, rate: 50, burst: 10, bytes: 64, seconds: 10, rounds: 2};
  expect(parametersOf('fanout')).toEqual(usual);
});

test('peers are named by commas, and options take their values', () => {
  const args = ['fanout', '--peer', 'uws-raw,socketio-ws', '--clients', '20', '--json', 'x.json'];
  expect(parseCommand(args)).toMatchObject({peers: ['uws-raw', 'socketio-ws'], json: 'x.json'});
  expect(parametersOf(...args)['clients']).toBe(20);
});

test('each scenario has options of its own', () => {
  expect(parametersOf('idle', '--clients', '500', '--rooms', '5')).toEqual({clients: 500, rooms: 5, settle: 10});
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
