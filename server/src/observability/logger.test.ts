import {ParleyError} from '@parley/protocol';
import {expect, test} from 'vitest';
import {createLogger, logThrown, type LoggerOptions} from './logger.js';

function recording(options: Partial<LoggerOptions> = {}): {log: ReturnType<typeof createLogger>; lines: string[]} {
  const lines: string[] = [];
  const log = createLogger({level: 'trace', format: 'json', write: (line) => lines.push(line), ...options});
  return {log, lines};
}

const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl';

test('a line carries the context that was narrowed for it', () => {
  const {log, lines} = recording({context: {node: 'a-1'}});
  log.child({session: 's1'}).child({correlationId: 'c1'}).info({room: 'lobby'}, 'joined');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 30,
    node: 'a-1',
    session: 's1',
    correlationId: 'c1',
    room: 'lobby',
    msg: 'joined',
  });
});

test.each([
  ['a field of its name', {token: 'tiger'}],
  ['one level down', {auth: {token: 'tiger', key: 'tiger'}}],
  ['two levels down', {handshake: {resume: {key: 'tiger'}}}],
  ['a header', {headers: {authorization: 'tiger', cookie: 'tiger'}}],
  ['an address', {url: 'redis://parley:tiger@10.0.0.1:6379/0'}],
  ['an address without a user', {url: 'rediss://:tiger@10.0.0.1:6379'}],
  ['the text of an error', {err: new Error('cannot reach redis://:tiger@db:6379')}],
  ['the cause of an error', {err: new Error('no', {cause: new Error('Bearer tiger')})}],
  ['a header in a text', {line: 'Authorization: Bearer tiger'}],
])('secrets are not written: %s', (_where, fields) => {
  for (const format of ['json', 'human'] as const) {
    const {log, lines} = recording({format});
    log.error(fields, 'with a secret');
    expect(lines.join('')).toContain('[redacted]');
    expect(lines.join('')).not.toContain('tiger');
  }
});

test('tokens are known by their form wherever they are', () => {
  const {log, lines} = recording();
  log.warn({anything: [`?token=${token}&v=1`]}, `refused ${token}`);
  expect(lines[0]).not.toContain('eyJ');
  expect(JSON.parse(lines[0]!)).toMatchObject({msg: 'refused [redacted]', anything: ['?token=[redacted]&v=1']});
});

test('what is below the level is not written', () => {
  const {log, lines} = recording({level: 'warn'});
  log.info('no');
  log.warn('yes');
  expect(lines).toHaveLength(1);
});

test.each([
  ['a client’s mistake', new ParleyError('invalid_payload', {field: 'text'}), 30],
  ['a wrong key', new ParleyError('bad_api_key'), 30],
  ['a dependency that is away', new ParleyError('unavailable'), 40],
  ['a defect of ours with a code', new ParleyError('internal'), 50],
  ['a defect of ours', new TypeError('x is not a function'), 50],
  ['something that is no error', 'a text', 50],
])('%s is logged at its level', (_what, thrown, level) => {
  const {log, lines} = recording();
  logThrown(log, thrown, 'it happened', {method: 'POST'});
  expect(JSON.parse(lines[0]!)).toMatchObject({level, msg: 'it happened', method: 'POST'});
});

test('for eyes a line is short, with its fields, and an error’s stack below', () => {
  const {log, lines} = recording({format: 'human', context: {node: 'a-1'}});
  log.info({sessions: 2}, 'kicked a user');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}kicked a user node=a-1 sessions=2\n$/);
  log.error({err: new Error('broken')}, 'a defect');
  expect(lines[1]).toMatch(/ error a defect node=a-1\n {4}Error: broken\n {4}at /);
});
