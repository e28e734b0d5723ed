import {expect, test} from 'vitest';
import {ConfigError} from '../config/config-error.js';
import {readReceivers} from './read-receivers.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const whole = {name: 'billing', url: 'https://billing.example.org/hook', secrets: [secret]};

function problemsOf(given: unknown): readonly string[] {
  try {
    readReceivers(typeof given === 'string' ? given : JSON.stringify(given));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('[HOOK8] a receiver needs a name, an address and a secret; the rest has its usual values, and messages are for who asks', () => {
  expect(readReceivers(undefined)).toEqual([]);
  const [receiver] = readReceivers(JSON.stringify([whole]));
  expect(receiver).toMatchObject({allowPrivate: false, concurrency: 8, timeoutMs: 10_000, retryForMs: 3_600_000});
  expect(receiver?.events).toContain('session.closed');
  expect(receiver?.events).not.toContain('chat.message');
  expect(receiver?.secrets).toEqual([Buffer.alloc(32, 7)]);
});

test('[HOOK8] what cannot be used is one sentence with the field’s name, and never the secret', () => {
  expect(problemsOf('[{')).toEqual(['PARLEY_WEBHOOKS is not valid JSON.']);
  expect(problemsOf('/no/such/file')).toEqual([
    'PARLEY_WEBHOOKS must be a JSON array, or the path of a file that can be read.',
  ]);
  expect(problemsOf([{...whole, name: 'Bill'}])).toEqual([
    'PARLEY_WEBHOOKS[0].name: must be 1 to 32 small letters, digits and -.',
  ]);
  expect(problemsOf([{...whole, url: 'ftp://example.org'}])).toEqual([
    'PARLEY_WEBHOOKS[0].url: must be an http or https address.',
  ]);
  expect(problemsOf([{...whole, events: ['chat.massage']}])[0]).toMatch(
    /^PARLEY_WEBHOOKS\[0\]\.events\[0\]: must be \*/,
  );
  expect(problemsOf([whole, whole])).toEqual(['PARLEY_WEBHOOKS: must not have two of the same name.']);
  const weak = problemsOf([{...whole, secrets: ['whsec_c2hvcnQ=']}]);
  expect(weak).toEqual(['PARLEY_WEBHOOKS[0].secrets[0]: must be whsec_ and the base64 of 24 to 64 bytes.']);
  expect(problemsOf([{...whole, retries: 3}])).toHaveLength(1);
});
