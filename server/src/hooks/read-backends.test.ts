import {expect, test} from 'vitest';
import {ConfigError} from '../config/config-error.js';
import {readBackends} from './read-backends.js';

const key = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const gate = {name: 'gate', url: 'https://gate.example.org/decide', secrets: [key], hooks: {connect: 'closed'}};
const read = (...backends: readonly unknown[]) => readBackends(JSON.stringify(backends));

test('[HOOK18] nothing is asked of nobody; a backend has its usual times unless it says otherwise', () => {
  expect([readBackends(undefined), readBackends(' ')]).toEqual([[], []]);
  expect(read(gate)).toEqual([
    {...gate, secrets: [Buffer.alloc(32, 5)], allowPrivate: false, timeoutMs: 2_000, concurrency: 32},
  ]);
});

test.each([
  [{...gate, hooks: {}}, /^PARLEY_HOOKS\[0\]\.hooks: must have at least one of connect, join, publish, callJoin\.$/],
  [{...gate, hooks: {connect: 'maybe'}}, /^PARLEY_HOOKS\[0\]\.hooks\.connect: /],
  [{...gate, hooks: {conect: 'open'}}, /^PARLEY_HOOKS\[0\]\.hooks: .*conect/],
  [{...gate, secrets: ['whsec_secret']}, /^PARLEY_HOOKS\[0\]\.secrets\[0\]: must be whsec_ and the base64/],
  [{...gate, timeoutMs: 10_001}, /^PARLEY_HOOKS\[0\]\.timeoutMs: /],
  [{...gate, url: 'ftp://gate.example.org'}, /^PARLEY_HOOKS\[0\]\.url: must be an http or https address\.$/],
])('[HOOK18] a setting that cannot be used is refused by its field (%#)', (backend, sentence) => {
  expect(() => read(backend)).toThrow(ConfigError);
  expect(() => read(backend)).toThrow(sentence);
  expect(() => read(backend)).not.toThrow(/whsec_secret/);
});

test('[HOOK18] two that would decide the same are refused', () => {
  expect(() => read(gate, {...gate, name: 'other'})).toThrow(
    'PARLEY_HOOKS: must not have two that decide the same hook.',
  );
  expect(() => read(gate, {...gate, hooks: {join: 'open'}})).toThrow('must not have two of the same name');
});
