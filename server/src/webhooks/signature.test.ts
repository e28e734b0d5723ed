import {Webhook} from 'standardwebhooks';
import {expect, test} from 'vitest';
import {readSecret, signatureHeaders} from './signature.js';

const text = (fill: number, length = 32): string => `whsec_${Buffer.alloc(length, fill).toString('base64')}`;

test('[HOOK2] what is signed with several secrets is verified with any of them, and with no other, late or changed', () => {
  const secrets = [text(1), text(2)].map((each) => readSecret(each)).filter((bytes) => bytes !== undefined);
  const body = '{"a":1}';
  const headers = {...signatureHeaders({id: 'den/e/1', body, atMs: Date.now()}, secrets)};
  for (const fill of [1, 2]) expect(new Webhook(text(fill)).verify(body, headers)).toEqual({a: 1});
  expect(() => new Webhook(text(3)).verify(body, headers)).toThrow();
  expect(() => new Webhook(text(1)).verify('{"a":2}', headers)).toThrow();
  const old = {...signatureHeaders({id: 'den/e/1', body, atMs: Date.now() - 600_000}, secrets)};
  expect(() => new Webhook(text(1)).verify(body, old)).toThrow();
});

test('[HOOK2] a secret is whsec_ and the base64 of 24 to 64 bytes', () => {
  expect(readSecret(text(1, 24))).toHaveLength(24);
  expect(readSecret(text(1, 64))).toHaveLength(64);
  for (const bad of [
    text(1, 23),
    text(1, 65),
    text(1).slice(6),
    'whsec_',
    `${text(1)}!`,
    'whsec_not base64 at all, but long enough',
  ])
    expect(readSecret(bad)).toBeUndefined();
});
