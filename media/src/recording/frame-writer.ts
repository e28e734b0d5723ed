import {spawn, type ChildProcessByStdio} from 'node:child_process';
import {createSocket, type Socket} from 'node:dgram';
import {once} from 'node:events';
import type {Readable, Writable} from 'node:stream';
import type {MediaClock} from '../clock.js';
import {asItIs, mostErrorCharacters, quiet, type FileWriter} from './file-writer.js';
import type {Frames} from './file-kind.js';
import type {Frame, FrameMaker} from './frames/frame.js';
import {ivfFrame, ivfHeader} from './frames/ivf.js';
import {PacketOrder} from './frames/packet-order.js';
import {readPacket, type RtpPacket} from './frames/rtp-packet.js';
import {drained} from './port-pair.js';

const host = '127.0.0.1';
const drainMs = 2_000;
const finishMs = 5_000;
/** What waits for an ffmpeg that stands still: about a minute of video. */
const mostWaitingBytes = 16 * 1_024 ** 2;
/** A picture that has more, or no end, is none. */
const mostPictureBytes = 8 * 1_024 ** 2;
/** Of the kernel, for a burst while this process is busy; it may give less. */
const socketBytes = 4 * 1_024 ** 2;

export interface FrameWriterOptions {
  readonly ffmpeg: string;
  readonly clock: MediaClock;
  /** Where RTP comes. */
  readonly port: number;
  readonly frames: Frames;
  readonly format: string;
  readonly file: string;
  /** The first picture, which begins the file. */
  readonly onFirst: (rtpTimestamp: number) => void;
  /** Something did not come: nothing is written until the next key frame. */
  readonly onLoss: () => void;
}

/** Puts what comes to a port together to pictures, and has an ffmpeg put them into a file as they are. */
export class FrameWriter implements FileWriter {
  readonly ended: Promise<void>;
  readonly #options: FrameWriterOptions;
  readonly #socket: Socket;
  readonly #order: PacketOrder;
  readonly #process: ChildProcessByStdio<Writable, null, Readable>;
  #errors = '';
  #stopped: Promise<void> | undefined;
  /** Of the picture before: its time as it came, and since the first. */
  #last: {readonly rtpTimestamp: number; readonly at: number} | undefined;
  #broken = true;
  /** The one whose packets come. */
  #picture: {timestamp: number; bytes: number} = {timestamp: 0, bytes: 0};

  /** Resolves when it listens; rejects if it cannot. */
  static async listen(options: FrameWriterOptions): Promise<FrameWriter> {
    const socket = createSocket({type: 'udp4', recvBufferSize: socketBytes});
    socket.bind(options.port, host);
    await once(socket, 'listening');
    return new FrameWriter(options, socket);
  }

  private constructor(options: FrameWriterOptions, socket: Socket) {
    const {ffmpeg, frames, format, file, onLoss} = options;
    const maker = frames.make();
    this.#options = options;
    this.#socket = socket;
    this.#order = new PacketOrder(
      (packet) => {
        this.#take(packet, maker);
      },
      () => {
        maker.lose();
        this.#broken = true;
        onLoss();
      },
    );
    // A group of its own: what interrupts the server at a terminal lets it finish its file. It ends with its input.
    const decoder = frames.decoder === undefined ? [] : ['-c:v', frames.decoder];
    const input = [...decoder, '-fpsprobesize', '0', '-f', 'ivf', '-i', 'pipe:0'];
    this.#process = spawn(ffmpeg, [...quiet, ...input, ...asItIs(format, file)], {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    });
    this.#process.stdin.on('error', () => undefined);
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-mostErrorCharacters);
    });
    this.ended = once(this.#process, 'close').then(
      () => undefined,
      () => undefined,
    );
    this.#process.stdin.write(ivfHeader(frames.codec));
    socket.on('error', () => undefined);
    socket.on('message', (bytes) => {
      const packet = readPacket(bytes);
      if (packet !== undefined) this.#order.push(packet);
    });
  }

  get errors(): string {
    return this.#errors;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const {port, clock} = this.#options;
    await drained(port, drainMs, clock);
    this.#socket.close();
    this.#order.end();
    this.#process.stdin.end();
    const patience = clock.after(finishMs, () => this.#process.kill('SIGKILL'));
    await this.ended;
    patience.cancel();
  }

  #take(packet: RtpPacket, maker: FrameMaker): void {
    const {timestamp, payload} = packet;
    if (timestamp !== this.#picture.timestamp) this.#picture = {timestamp, bytes: 0};
    this.#picture.bytes += payload.length;
    if (this.#picture.bytes > mostPictureBytes) {
      maker.lose();
      this.#broken = true;
      return;
    }
    const frame = maker.push(packet);
    if (frame !== undefined) this.#write(frame);
  }

  #write({data, rtpTimestamp, key}: Frame): void {
    if (this.#broken && !key) return;
    this.#broken = false;
    const {stdin} = this.#process;
    if (this.#last === undefined) this.#options.onFirst(rtpTimestamp);
    // RTP's time is of 32 bits and wraps.
    const at = this.#last === undefined ? 0 : this.#last.at + ((rtpTimestamp - this.#last.rtpTimestamp) | 0);
    // A sender that turned its clock back: a file goes forward only.
    if (this.#last !== undefined && at <= this.#last.at) return;
    this.#last = {rtpTimestamp, at};
    if (stdin.writableLength > mostWaitingBytes) this.#process.kill('SIGKILL');
    else if (stdin.writable) stdin.write(ivfFrame(data, at));
  }
}
