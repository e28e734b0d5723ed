import {pino} from 'pino';
import {expect, test} from 'vitest';
import {GatheredLines} from './gathered-lines.js';

function logged() {
  const writes: string[][] = [];
  const lines = new GatheredLines((text) => {
    const parsed = text.trimEnd().split('\n');
    writes.push(parsed.map((line) => (JSON.parse(line) as {msg: string}).msg));
  });
  return {writes, lines, log: pino({base: null}, lines)};
}

test('lines that are written side by side are one write, in order, before whoever waits goes on', async () => {
  const {writes, log} = logged();
  const seen = await Promise.all(
    ['a', 'b', 'c'].map(async (text) => {
      log.info(text);
      await Promise.resolve();
      return [...writes];
    }),
  );
  expect(seen).toEqual([[['a', 'b', 'c']], [['a', 'b', 'c']], [['a', 'b', 'c']]]);
  log.info('d');
  await Promise.resolve();
  expect(writes).toEqual([['a', 'b', 'c'], ['d']]);
});

test('an error leaves within the call, with what stands before it, and so does everything on demand', async () => {
  const {writes, log} = logged();
  log.info('a');
  log.fatal('b');
  expect(writes).toEqual([['a', 'b']]);
  log.warn('c');
  expect(writes).toHaveLength(1);
  log.flush();
  expect(writes).toEqual([['a', 'b'], ['c']]);
  await Promise.resolve();
  expect(writes).toHaveLength(2);
});

test('what is gathered is bounded', () => {
  const {writes, log} = logged();
  for (let n = 0; n < 40; n += 1) log.info('x'.repeat(4_096));
  expect(writes.length).toBeGreaterThanOrEqual(2);
});
