import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {callApi} from '../api/call-api.js';
import {connectBare} from '../connect-bare.js';
import {signToken, startNode} from '../start-node.js';
import {startProxy} from '../store/tcp-proxy.js';
import {python, runClient, type RunningClient} from './run-client.js';

const protocol = readFileSync(new URL('../../../docs/PROTOCOL.md', import.meta.url), 'utf8');

/** The lines of docs/PROTOCOL.md in a language, for a node at another address. */
function documented(language: 'js' | 'py', url: string): string {
  const [, lines = ''] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(protocol) ?? [];
  expect(lines).toContain('http://127.0.0.1:7400');
  return lines.replace('http://127.0.0.1:7400', url);
}

const languages: Readonly<Record<string, (url: string, token: string) => RunningClient>> = {
  JavaScript: (url, token) => {
    const script = [
      `const token = ${JSON.stringify(token)};`,
      'const say = console.log; console.log = (...words) => say(JSON.stringify(words));',
      documented('js', url),
      'const tell = ({resumed, rooms}) => console.log(resumed, rooms.map(({recovered}) => recovered));',
      // Once it has changed to WebSocket: a cut amid the change is felt only when pings stay away, 45 s later.
      "const onWebSocket = (then) => socket.io.engine.transport.name === 'websocket' ? then() : socket.io.engine.once('upgrade', then);",
      "socket.on('session.ready', (ready) => onWebSocket(() => tell(ready)));",
    ];
    return runClient(process.execPath, ['--input-type=module', '-e', script.join('\n')]);
  },
  Python: (url, token) => {
    const script = [
      'import json, sys',
      `token = ${JSON.stringify(token)}`,
      // In one piece: its handlers run side by side.
      "print = lambda *words: sys.stdout.write(json.dumps(words) + '\\n')",
      documented('py', url).replace(
        'last = payload',
        "last = payload; print(last['resumed'], [room['recovered'] for room in last['rooms']])",
      ),
    ];
    return runClient(python, ['-u', '-c', script.join('\n')]);
  },
};

test.each(Object.entries(languages))(
  '[SES12] the documented lines of %s come back again and again as the same session and miss nothing, until they are kicked',
  async (_, start) => {
    await using node = await startNode();
    await using line = await startProxy(Number(new URL(node.url).port));
    await using ann = await connectBare(node);
    await ann.request('room.create', {room: 'lobby'});
    await ann.request('room.join', {room: 'lobby'});
    const zoe = start(`http://127.0.0.1:${line.port}`, await signToken('zoe'));
    expect(await zoe.next()).toEqual([false, []]);
    await ann.next('room.member', ({user}) => user === 'zoe');
    for (const text of ['first', 'second']) {
      line.cut();
      await ann.request('chat.send', {room: 'lobby', id: text, text});
      line.mend();
      const said = [await zoe.next(), await zoe.next()];
      expect(said).toEqual(
        expect.arrayContaining([
          [true, [true]],
          ['ann', text],
        ]),
      );
    }
    expect(await callApi(node, '/v1/users/zoe/kick', {})).toMatchObject({status: 200});
    expect(await zoe.ended).toEqual([0, null]);
  },
  60_000,
);
