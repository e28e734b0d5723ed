import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {freePort} from '../../../server/test/free-ports.js';
import {eventually} from './clients.js';

/** coturn on a free port of the loopback address, with a shared secret. */
export class TurnServer implements AsyncDisposable {
  readonly url: string;
  readonly #child: ReturnType<typeof spawn>;
  #output = '';

  private constructor(port: number, secret: string) {
    this.url = `turn:127.0.0.1:${port}?transport=udp`;
    const options = [
      '-n',
      '--no-cli',
      '--no-tls',
      '--no-dtls',
      '--listening-ip=127.0.0.1',
      '--relay-ip=127.0.0.1',
      `--listening-port=${port}`,
      '--allow-loopback-peers',
      '--use-auth-secret',
      `--static-auth-secret=${secret}`,
      '--realm=parley',
      '--log-file=stdout',
      '--verbose',
      `--pidfile=${join(tmpdir(), `parley-turn-${port}.pid`)}`,
      `--userdb=${join(tmpdir(), `parley-turn-${port}.db`)}`,
    ];
    this.#child = spawn(process.env['TURNSERVER_BIN'] ?? 'turnserver', options, {stdio: ['ignore', 'pipe', 'pipe']});
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  static async start(secret: string): Promise<TurnServer> {
    const turn = new TurnServer(await freePort(), secret);
    await eventually(() => Promise.resolve(/listener opened on/i.test(turn.#output)), `coturn:\n${turn.#output}`);
    return turn;
  }

  /** Who was given a relay, by the user name of the credentials. */
  get users(): ReadonlySet<string> {
    return new Set(
      [...this.#output.matchAll(/user <([^>]+)>: incoming packet ALLOCATE processed, success/g)].map(
        ([, user]) => user!,
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
