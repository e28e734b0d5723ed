import {expect, test} from 'vitest';
import {z} from 'zod';
import {createLogger} from '../observability/logger.js';
import {secretFields} from '../observability/redaction.js';
import {httpVerbs} from './http-verbs.js';
import {audited} from './perform.js';
import {sendPush} from './verbs/push.js';

const names = (schema: z.ZodType): readonly string[] => {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
};

test('an audit line says what was done to whom, without what was sent, and a token in an id is not written', async () => {
  const lines: string[] = [];
  const log = createLogger({level: 'info', format: 'json', write: (line) => lines.push(line)}).child({caller: 'c1'});
  const pushed = {target: {user: 'ada'}, topic: 'order', data: {secret: 'tiger'}, key: 'order-1'};
  await audited({log}, sendPush, sendPush.ask({}, pushed), () => Promise.resolve());
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl';
  const odd = {...sendPush.ask({}, pushed), target: {user: token}};
  const failed = audited({log}, sendPush, odd, () => Promise.reject(new Error('tiger')));
  await expect(failed).rejects.toThrow('tiger');
  const audit = {level: 30, caller: 'c1', verb: 'push.send', msg: 'audit'};
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {...audit, time: expect.any(Number) as unknown, target: {user: 'ada'}, outcome: 'done'},
    {...audit, time: expect.any(Number) as unknown, target: {user: '[redacted]'}, outcome: 'internal'},
  ]);
});

test('nothing that a verb may name in its audit line is a field that the log would have to hide', () => {
  const secrets = new Set(secretFields);
  for (const {verb, idempotencyKey} of httpVerbs) {
    const fields = [...names(verb.names), ...names(verb.input)];
    // What an idempotency key stands beside names its target by itself.
    expect(fields.filter((field) => secrets.has(field))).toEqual(idempotencyKey ? ['key'] : []);
  }
});
