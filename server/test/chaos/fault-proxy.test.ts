import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Socket} from 'node:net';
import {expect, test} from 'vitest';
import {FaultProxy} from './fault-proxy.js';

/** A server that says everything back, and a connection to it through a proxy. */
class Echo implements AsyncDisposable {
  readonly #server = createServer((socket) => {
    this.#ends.push(socket);
    socket.on('data', (bytes: Buffer) => (this.heard += bytes.toString()));
    socket.on('error', () => undefined).pipe(socket);
  });
  readonly #ends: Socket[] = [];
  readonly #clients: Socket[] = [];
  proxy!: FaultProxy;
  /** By all connections. */
  heard = '';

  static async open(): Promise<Echo> {
    const echo = new Echo();
    echo.#server.listen(0, '127.0.0.1');
    await once(echo.#server, 'listening');
    echo.proxy = await FaultProxy.to((echo.#server.address() as AddressInfo).port);
    return echo;
  }

  async connect(): Promise<{socket: Socket; heard: () => string}> {
    const socket = connect(this.proxy.port, '127.0.0.1').setEncoding('utf8');
    this.#clients.push(socket);
    let text = '';
    socket.on('data', (part: string) => (text += part)).on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
    return {socket, heard: () => text};
  }

  /** Says something by itself, over every connection. */
  say(text: string): void {
    for (const end of this.#ends) end.write(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.proxy[Symbol.asyncDispose]();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

test('bytes pass in order, whatever the line changes to in between', async () => {
  await using echo = await Echo.open();
  const {socket, heard} = await echo.connect();
  const said = Array.from({length: 200}, (_, n) => `${n} `);
  const lines = [
    {line: 'delay', ms: 5},
    {line: 'throttle', bytesPerSecond: 20_000},
    {line: 'hole'},
    {line: 'pass'},
  ] as const;
  for (const [n, word] of said.entries()) {
    socket.write(word);
    if (n % 10 === 0) {
      echo.proxy.set(lines[(n / 10) % lines.length]!);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  echo.proxy.set({line: 'pass'});
  await expect.poll(heard).toBe(said.join(''));
});

test('in a hole nothing gets through, not even an end, and afterwards all of it does', async () => {
  await using echo = await Echo.open();
  const {socket, heard} = await echo.connect();
  socket.write('before ');
  await expect.poll(heard).toBe('before ');
  echo.proxy.set({line: 'hole'});
  socket.write('meanwhile');
  const late = await echo.connect();
  late.socket.write('late');
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect([heard(), late.heard(), socket.closed]).toEqual(['before ', '', false]);
  echo.proxy.set({line: 'pass'});
  await expect.poll(heard).toBe('before meanwhile');
  await expect.poll(late.heard).toBe('late');
});

test('a throttled line is as slow as it is told', async () => {
  await using echo = await Echo.open();
  const {socket, heard} = await echo.connect();
  echo.proxy.set({line: 'throttle', bytesPerSecond: 10_000});
  const begun = performance.now();
  socket.write('x'.repeat(4_000));
  await expect.poll(() => heard().length).toBe(4_000);
  expect(performance.now() - begun).toBeGreaterThan(200);
});

test('a cut resets what stands, and refusing lets nobody in', async () => {
  await using echo = await Echo.open();
  const {socket} = await echo.connect();
  echo.proxy.set({line: 'refuse'});
  echo.proxy.cut();
  await expect.poll(() => socket.closed).toBe(true);
  const {socket: refused} = await echo.connect();
  await expect.poll(() => refused.closed).toBe(true);
  echo.proxy.set({line: 'pass'});
  const {socket: again, heard} = await echo.connect();
  again.write('hello');
  await expect.poll(heard).toBe('hello');
});

test.each(['there', 'back'] as const)('of a line that is open one way only what goes %s gets through', async (open) => {
  await using echo = await Echo.open();
  const {socket, heard} = await echo.connect();
  socket.write('before ');
  await expect.poll(heard).toBe('before ');
  echo.proxy.set({line: 'one-way', open});
  socket.write('meanwhile ');
  await expect.poll(() => echo.heard).toBe(open === 'there' ? 'before meanwhile ' : 'before ');
  echo.say('from the other end ');
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(heard()).toBe(open === 'there' ? 'before ' : 'before from the other end ');
  echo.proxy.set({line: 'pass'});
  await expect.poll(() => heard().length).toBe('before meanwhile from the other end '.length);
});

test('the connection that stands for longest can be cut alone', async () => {
  await using echo = await Echo.open();
  const [first, second] = [await echo.connect(), await echo.connect()];
  echo.proxy.cutOldest();
  await expect.poll(() => first.socket.closed).toBe(true);
  second.socket.write('hello');
  await expect.poll(second.heard).toBe('hello');
});
