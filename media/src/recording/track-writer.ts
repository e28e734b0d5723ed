import {spawn, type ChildProcessByStdio} from 'node:child_process';
import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {rm, writeFile} from 'node:fs/promises';
import type {Readable, Writable} from 'node:stream';
import type {MediaClock} from '../clock.js';
import {asItIs, mostErrorCharacters, quiet, type FileWriter} from './file-writer.js';
import {drained, listens} from './port-pair.js';

const startMs = 10_000;
const drainMs = 2_000;
const finishMs = 5_000;

/**
 * Runs its arguments until its input ends, then asks them to end: so no writer outlives the process that began it, however
 * that ended. While nothing comes to be written, ffmpeg listens to the second signal only.
 */
const untilInputEnds = '"$@" & exec >&- 2>&-; read -r _; kill -TERM $!; sleep 1; kill -TERM $!; wait $!';

export interface TrackWriterOptions {
  readonly ffmpeg: string;
  readonly clock: MediaClock;
  /** Where RTP comes; ffmpeg takes the next one too, for RTCP. */
  readonly port: number;
  readonly description: string;
  readonly format: string;
  readonly file: string;
}

/** An empty report and a BYE of one source in RTCP (RFC 3550 §6.1): the end of what is to be written. */
const goodbye = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 0, 0x81, 203, 0, 1, 0, 0, 0, 0);

async function sayGoodbye(port: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    socket.send(goodbye, port, '127.0.0.1', () => {
      resolve();
    });
  });
  socket.close();
}

/** An ffmpeg that puts what comes to a port into a file, as it is: nothing is encoded anew. */
export class TrackWriter implements FileWriter {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #clock: MediaClock;
  readonly #port: number;
  readonly ended: Promise<void>;
  #errors = '';

  /** Resolves when it listens; rejects with what ffmpeg said if it does not. */
  static async start(options: TrackWriterOptions): Promise<TrackWriter> {
    const {file, description, port, clock} = options;
    const descriptionFile = `${file}.sdp`;
    await writeFile(descriptionFile, description);
    const writer = new TrackWriter(options, descriptionFile);
    const outcome = await Promise.race([writer.ended.then(() => false), listens(port, startMs, clock)]);
    await rm(descriptionFile, {force: true});
    if (outcome) return writer;
    await writer.stop();
    throw new Error(`ffmpeg does not listen: ${writer.#errors.trim()}`);
  }

  private constructor({ffmpeg, clock, port, format, file}: TrackWriterOptions, descriptionFile: string) {
    const input = ['-protocol_whitelist', 'file,udp,rtp', '-analyzeduration', '500000', '-fpsprobesize', '0'];
    const command = [ffmpeg, ...quiet, ...input, '-f', 'sdp', '-i', descriptionFile, ...asItIs(format, file)];
    this.#clock = clock;
    this.#port = port;
    // A group of its own: what interrupts the server at a terminal lets it finish its file.
    this.#process = spawn('sh', ['-c', untilInputEnds, 'recorder', ...command], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#process.stdin.on('error', () => undefined);
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-mostErrorCharacters);
    });
    // ffmpeg alone has the other end.
    this.ended = once(this.#process.stdout.resume(), 'close').then(
      () => undefined,
      () => undefined,
    );
  }

  get errors(): string {
    return this.#errors;
  }

  async stop(): Promise<void> {
    // ffmpeg looks for a farewell before it reads what waits.
    await drained(this.#port, drainMs, this.#clock);
    await sayGoodbye(this.#port + 1);
    const patience = this.#clock.after(finishMs, () => {
      this.#kill();
    });
    await this.ended;
    patience.cancel();
    // What is left is the shell.
    this.#kill();
  }

  #kill(): void {
    if (this.#process.pid === undefined) return;
    try {
      process.kill(-this.#process.pid, 'SIGKILL');
    } catch {
      // Nothing is left of it.
    }
  }
}
