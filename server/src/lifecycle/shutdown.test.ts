import {expect, test} from 'vitest';
import {createLogger} from '../observability/logger.js';
import {Shutdown} from './shutdown.js';

function begin(close: () => Promise<void>, limitMs = 60_000) {
  const codes: number[] = [];
  const lines: string[] = [];
  const log = createLogger({level: 'info', format: 'json', write: (line) => lines.push(line)});
  const exited = new Promise<void>((resolve) => {
    shutdown = new Shutdown({
      close,
      log,
      limitMs,
      exit: (code) => {
        codes.push(code);
        resolve();
      },
    });
  });
  return {codes, lines, exited, shutdown: shutdown!};
}
let shutdown: Shutdown | undefined;

test('a request closes everything and ends with 0', async () => {
  let closed = 0;
  const {
    shutdown: it,
    codes,
    exited,
  } = begin(() => {
    closed += 1;
    return Promise.resolve();
  });

  it.request('SIGTERM');
  await exited;

  expect([closed, codes]).toEqual([1, [0]]);
});

test('[DRAIN8] a second request forces, and nothing is closed twice', async () => {
  let closed = 0;
  const {
    shutdown: it,
    codes,
    exited,
  } = begin(() => {
    closed += 1;
    return new Promise(() => undefined);
  });

  it.request('SIGTERM');
  it.request('SIGINT');
  await exited;

  expect([closed, codes]).toEqual([1, [1]]);
});

test('what nobody caught is fatal in the log, and the clients are handed over all the same', async () => {
  let closed = 0;
  const {
    shutdown: it,
    codes,
    lines,
    exited,
  } = begin(() => {
    closed += 1;
    return Promise.resolve();
  });

  it.fail(new Error('a defect'));
  it.fail(new Error('and another'));
  await exited;

  expect([closed, codes]).toEqual([1, [1]]);
  expect(lines.filter((line) => line.includes('"level":60'))).toHaveLength(2);
});

test('[DRAIN8] a close that fails, or takes too long, does not keep the process', async () => {
  const failing = begin(() => Promise.reject(new Error('a resource')));
  failing.shutdown.request('SIGTERM');
  await failing.exited;
  expect(failing.codes).toEqual([1]);

  const hanging = begin(() => new Promise(() => undefined), 10);
  hanging.shutdown.request('SIGTERM');
  await hanging.exited;
  expect(hanging.codes).toEqual([1]);
});
