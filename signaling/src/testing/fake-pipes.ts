import {ParleyError, type media as wire} from '@parley/protocol';
import type {ConsumerInfo, DataOptions, MediaEvent, PipedData, PipedMedia, PipedTrack, PipePoint} from '../ports.js';
import {someRtpParameters} from './some-parameters.js';

interface FakePipe {
  /** The other end, by the port that it was said to have. */
  readonly port: number;
  far: number | undefined;
  readonly sends: Set<string>;
}

/** Pipes between the fake rooms of one process, as their port describes them: what is taken must be sent at the other end. */
export abstract class FakePipes implements PipedMedia {
  static #lastPort = 40_000;
  static readonly #byPort = new Map<number, FakePipe>();
  readonly producers = new Map<
    string,
    {transport: string; kind: wire.MediaKind; type?: ConsumerInfo['type']; paused: boolean; voice?: boolean}
  >();
  readonly channels = new Map<string, DataOptions & {transport: string}>();
  readonly pipes = new Map<string, FakePipe>();

  protected abstract begin(what: string): Promise<void>;
  protected abstract loseProducer(id: string): void;
  protected abstract loseChannel(id: string): void;
  protected abstract say(event: MediaEvent): void;

  /** As if the worker with this end had died, and the room went on without it. */
  losePipe(pipe: string): void {
    this.closePipe(pipe);
    this.say({kind: 'pipeClosed', pipe});
  }

  async openPipe(): Promise<{readonly pipe: string; readonly at: PipePoint}> {
    await this.begin('openPipe');
    FakePipes.#lastPort += 1;
    const port = FakePipes.#lastPort;
    const fake = {port, far: undefined, sends: new Set<string>()};
    FakePipes.#byPort.set(port, fake);
    this.pipes.set(`pipe-${port}`, fake);
    const srtp = {cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: 'a2V5'};
    return {pipe: `pipe-${port}`, at: {address: '10.0.0.1', port, srtp}};
  }

  async connectPipe(pipe: string, {port}: PipePoint): Promise<void> {
    await this.begin('connectPipe');
    const found = known(this.pipes, pipe);
    if (found.far !== undefined) throw new ParleyError('media_refused');
    found.far = port;
  }

  closePipe(pipe: string): void {
    const found = this.pipes.get(pipe);
    if (found === undefined) return;
    this.pipes.delete(pipe);
    FakePipes.#byPort.delete(found.port);
    for (const [id, {transport}] of this.producers) if (transport === pipe) this.loseProducer(id);
    for (const [id, {transport}] of this.channels) if (transport === pipe) this.loseChannel(id);
  }

  async send(pipe: string, producer: string): Promise<PipedTrack> {
    await this.begin('send');
    const found = known(this.producers, producer);
    known(this.pipes, pipe).sends.add(producer);
    return {kind: found.kind, paused: found.paused, rtpParameters: someRtpParameters};
  }

  async take(pipe: string, producer: string, track: PipedTrack & {readonly voice: boolean}): Promise<void> {
    await this.begin('take');
    this.#requireSent(pipe, producer);
    const {kind, paused, voice} = track;
    if (this.producers.has(producer)) throw new ParleyError('media_refused');
    this.producers.set(producer, {transport: pipe, kind, paused, voice});
  }

  async sendData(pipe: string, dataProducer: string): Promise<PipedData> {
    await this.begin('sendData');
    const found = known(this.channels, dataProducer);
    known(this.pipes, pipe).sends.add(dataProducer);
    return found;
  }

  async takeData(pipe: string, dataProducer: string, data: PipedData): Promise<void> {
    await this.begin('takeData');
    this.#requireSent(pipe, dataProducer);
    if (this.channels.has(dataProducer)) throw new ParleyError('media_refused');
    this.channels.set(dataProducer, {...data, transport: pipe});
  }

  stopSending(pipe: string, producer: string): void {
    this.pipes.get(pipe)?.sends.delete(producer);
  }

  protected forgetPipes(): void {
    for (const {port} of this.pipes.values()) FakePipes.#byPort.delete(port);
    this.pipes.clear();
  }

  #requireSent(pipe: string, producer: string): void {
    const {port, far} = known(this.pipes, pipe);
    const other = far === undefined ? undefined : FakePipes.#byPort.get(far);
    if (other?.far !== port || !other.sends.has(producer)) throw new ParleyError('media_refused');
  }
}

export function known<T>(map: ReadonlyMap<string, T>, id: string): T {
  const found = map.get(id);
  if (found === undefined) throw new ParleyError('unknown_media');
  return found;
}
