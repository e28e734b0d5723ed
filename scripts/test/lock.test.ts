import {existsSync, readFileSync, utimesSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {withLock} from '../setup/lock.mjs';
import {temporaryFolder, write} from './clone-fixture.ts';

const silent = () => undefined;

test('actions under one lock run one after another, and the second is told that it waits', async () => {
  const path = join(temporaryFolder(), 'deep', 'a.lock');
  const seen: string[] = [];
  const action = (name: string) => async () => {
    seen.push(`${name} begins`);
    await sleep(50);
    seen.push(`${name} ends`);
  };
  let told = 0;
  await Promise.all([withLock(path, silent, action('a')), withLock(path, () => (told += 1), action('b'))]);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  expect(told).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('a lock is released when its action fails', async () => {
  const path = join(temporaryFolder(), 'a.lock');
  await expect(withLock(path, silent, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

test('the lock of a process that was killed is taken over when nobody has touched it for a while', async () => {
  const path = write(join(temporaryFolder(), 'a.lock'), '1');
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path, longAgo, longAgo);
  const holder = await withLock(path, silent, () => Promise.resolve(readFileSync(path, 'utf8')));
  expect(holder).toBe(String(process.pid));
});
