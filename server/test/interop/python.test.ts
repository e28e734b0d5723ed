import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {connectBare} from '../connect-bare.js';
import {signToken, startNode} from '../start-node.js';
import {python, runClient, type RunningClient} from './run-client.js';

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const runPython = (args: readonly string[]): RunningClient => runClient(python, ['-u', ...args]);

test('[ENV1] the README’s lines of Python join, send and hear', async () => {
  await using node = await startNode();
  await using ann = await connectBare(node);
  await ann.request('room.create', {room: 'lobby'});
  await ann.request('room.join', {room: 'lobby'});
  const lines = /```py\n([\s\S]*?)```/.exec(readFileSync(fileOf('../../../README.md'), 'utf8'))![1]!;
  const script = [
    'import json',
    `token = ${JSON.stringify(await signToken('zoe', 'Zoë'))}`,
    'print = lambda *words: __builtins__.print(json.dumps(words))',
    lines.replace(/http:\/\/[\d.:]+/, node.url),
    'import time; time.sleep(0.2); io.disconnect()',
  ].join('\n');
  const zoe = runPython(['-c', script]);
  expect(await zoe.next()).toEqual(['Zoë', 'hello']);
  expect(await ann.next('chat.message')).toMatchObject({from: 'zoe', id: 'm1', text: 'hello'});
  expect(await zoe.ended).toEqual([0, null]);
});

test.each(['websocket', 'polling'])(
  '[SES3] a client in Python over %s is refused with a wrong token, and resumes where it was',
  async (transport) => {
    await using node = await startNode();
    await using ann = await connectBare(node);
    await ann.request('room.create', {room: 'lobby'});
    await ann.request('room.join', {room: 'lobby'});
    const zoe = runPython([fileOf('./resume.py'), node.url, await signToken('zoe', 'Zoë'), transport, 'schön 👋']);
    expect(await zoe.next()).toBe('refused');
    expect(await zoe.next()).toBe('away');
    await ann.request('chat.send', {room: 'lobby', id: 'a1', text: 'missed'});
    zoe.child.stdin.write('\n');
    expect(await zoe.next()).toEqual({resumed: true, recovered: true});
    const [said, missed] = (await zoe.next()) as [number, string, string][];
    expect(said).toEqual([expect.any(Number), 'Zoë', 'schön 👋']);
    expect(missed).toEqual([said![0] + 1, 'ann', 'missed']);
    expect(await zoe.ended).toEqual([0, null]);
  },
);
