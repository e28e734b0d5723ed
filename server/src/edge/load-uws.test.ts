import {expect, test} from 'vitest';
import {loadUws, UnsupportedPlatform} from './load-uws.js';

test('a machine without a binary is told in one sentence what is supported', async () => {
  const loading = loadUws(() => Promise.reject(new Error('Cannot find module ./uws_linux_x64_999.node')));

  await expect(loading).rejects.toThrow(UnsupportedPlatform);
  await expect(loading).rejects.toThrow(
    /no binary for Node .*: run it on Node 20 or 22 .*glibc 2\.27.*Node 24 or 26 .*glibc 2\.38/,
  );
});

test('this machine has one', async () => {
  expect((await loadUws()).App).toBeTypeOf('function');
});
