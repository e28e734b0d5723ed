import {call as definitions, ParleyError} from '@parley/protocol';
import type {Device, types} from 'mediasoup-client';
import type {LocalTrack, MediaSource} from './call.js';
import {hintAt, pictureSize, sending, sendLayers} from './encodings.js';
import type {CallPort} from './port.js';
import type {ProduceData} from './transport.js';

export interface PublicationOptions {
  readonly source: MediaSource;
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
  /** Captured by the SDK, so ended with the publication. */
  readonly own: boolean;
  readonly onEnded: (publication: Publication) => void;
}

/**
 * `idle`: not on any transport, because the call is being rebuilt or the publication is new. `held`: its transport is being
 * replaced, and it goes on as the same producer.
 */
type Sending =
  | {readonly at: 'idle'}
  | {
      readonly at: 'held';
      readonly id: string;
      /** Whether it is to be paused, if that was said meanwhile. */ wish: boolean | undefined;
    }
  | {readonly at: 'live'; readonly producer: types.Producer<ProduceData>}
  | {readonly at: 'ended'};

/** One's own track in the call. It outlives the transport: when the call is rebuilt, it is sent again as it was. */
export class Publication implements LocalTrack {
  readonly source: MediaSource;
  readonly #port: CallPort;
  readonly #own: boolean;
  readonly #onEnded: (publication: Publication) => void;
  #track: MediaStreamTrack;
  #paused: boolean;
  #sending: Sending = {at: 'idle'};
  /** Of the stay before, whose transport may stand for some seconds more: what is silent here is silent there. */
  #trailing: types.Producer<ProduceData> | undefined;
  /** Requests under way that say whether it is paused. */
  #telling = 0;
  #layers: Promise<void> = Promise.resolve();

  constructor(port: CallPort, {source, track, paused, own, onEnded}: PublicationOptions) {
    this.source = source;
    this.#port = port;
    this.#track = track;
    this.#paused = paused;
    this.#own = own;
    this.#onEnded = onEnded;
    track.addEventListener('ended', this.#trackEnded);
  }

  get track(): MediaStreamTrack {
    return this.#track;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get status(): LocalTrack['status'] {
    return this.#sending.at === 'ended' ? 'ended' : 'live';
  }

  /** Sends it over a transport; rejects with the reason why that was refused. */
  async send(transport: types.Transport, device: Device): Promise<void> {
    const before = this.#sending;
    if (before.at === 'ended') return;
    hintAt(this.source, this.#track);
    const size = pictureSize(this.#track);
    const replaces = before.at === 'held' ? before.id : undefined;
    let isPausedThere = this.#paused;
    const began = (paused: boolean): void => {
      isPausedThere = paused;
    };
    const id = this.#port.newId();
    const appData: ProduceData = {source: this.source, id, paused: this.#paused, size, replaces, began};
    const producer = await transport.produce<ProduceData>({
      ...sending(this.source, device.sendRtpCapabilities, size),
      track: this.#track,
      // The track is the application's, and it may be sent again.
      stopTracks: false,
      appData,
    });
    // Stopped while the server was asked.
    if (this.status === 'ended') {
      await this.#close(producer);
      return;
    }
    this.#sending = {at: 'live', producer};
    // Nobody but its own person lets it be heard again.
    if (before.at === 'held') this.#paused = before.wish ?? isPausedThere;
    if (this.#paused) producer.pause();
    else if (producer.paused) producer.resume();
    if (this.#paused !== isPausedThere) await this.#tell(this.#paused, producer);
    if (producer.track !== this.#track) await producer.replaceTrack({track: this.#track});
  }

  /** Sends the layers up to this one; none if it is -1. */
  watched(id: string, spatial: number): void {
    const sent = this.#sending;
    if (sent.at !== 'live' || sent.producer.id !== id) return;
    const {producer} = sent;
    // One after another: each is what the browser was given last, changed.
    this.#layers = this.#layers.then(() => sendLayers(producer, spatial)).catch(() => undefined);
  }

  /**
   * The server has it paused, if it is among these: as `news`, or as it was found. False if it was paused here already, or
   * was found so because that it is resumed has not arrived yet.
   */
  muted(ids: readonly string[], news: boolean): boolean {
    const sent = this.#sending;
    if (this.#paused || (sent.at !== 'live' && sent.at !== 'held')) return false;
    if (!ids.includes(sent.at === 'live' ? sent.producer.id : sent.id)) return false;
    if (!news && this.#telling > 0) return false;
    this.#paused = true;
    if (sent.at === 'live') sent.producer.pause();
    else {
      sent.wish = undefined;
      this.#track.enabled = false;
    }
    return true;
  }

  /** The transport is another now: `send` goes on by it. */
  hold(): void {
    if (this.#sending.at === 'live') this.#sending = {at: 'held', id: this.#sending.producer.id, wish: undefined};
  }

  /** The server holds it no longer: `send` publishes it anew. False if it was not held. */
  letGo(): boolean {
    if (this.#sending.at !== 'held') return false;
    this.#sending = {at: 'idle'};
    return true;
  }

  /** The transport is gone, or will be; `send` may follow. */
  idle(): void {
    this.letGo();
    if (this.#sending.at !== 'live') return;
    this.#trailing = this.#sending.producer;
    this.#sending = {at: 'idle'};
  }

  async pause(): Promise<void> {
    await this.#setPaused(true);
  }

  async resume(): Promise<void> {
    await this.#setPaused(false);
  }

  async replace(track: MediaStreamTrack): Promise<void> {
    if (this.status === 'ended') throw new ParleyError('unknown_media', {message: 'The publication has ended.'});
    const before = this.#track;
    hintAt(this.source, track);
    if (this.#sending.at === 'live') await this.#sending.producer.replaceTrack({track});
    before.removeEventListener('ended', this.#trackEnded);
    if (this.#own) before.stop();
    this.#track = track;
    track.addEventListener('ended', this.#trackEnded);
  }

  async stop(): Promise<void> {
    const sent = this.#sending;
    if (!this.end()) return;
    if (sent.at === 'live') await this.#close(sent.producer);
    if (sent.at === 'held') await this.#tellClosed(sent.id);
  }

  /** Ends it without telling the server, because it knows or the call is over. False if it had ended before. */
  end(): boolean {
    const sent = this.#sending;
    if (sent.at === 'ended') return false;
    this.#sending = {at: 'ended'};
    this.#trailing?.close();
    this.#track.removeEventListener('ended', this.#trackEnded);
    if (this.#own) this.#track.stop();
    this.#onEnded(this);
    return true;
  }

  /** The device was unplugged, or the person stopped sharing by the browser's own button. */
  readonly #trackEnded = (): void => {
    // What the server is not told now it learns with the next rebuild or the end of the call.
    this.stop().catch(() => undefined);
  };

  async #setPaused(paused: boolean): Promise<void> {
    if (this.status === 'ended' || this.#paused === paused) return;
    this.#paused = paused;
    if (paused) this.#trailing?.pause();
    else this.#trailing?.resume();
    if (this.#sending.at === 'held') {
      this.#sending.wish = paused;
      this.#track.enabled = !paused;
    }
    if (this.#sending.at !== 'live') return;
    const {producer} = this.#sending;
    // Silent at once, whatever the network does.
    if (paused) producer.pause();
    else producer.resume();
    await this.#tell(paused, producer);
    // Muted by somebody while it was being resumed: then it stays so, and the server must not think otherwise.
    if (!paused && this.paused) await this.#tell(true, producer);
  }

  async #tell(paused: boolean, {id: producer}: types.Producer<ProduceData>): Promise<void> {
    const {room, ask} = this.#port;
    this.#telling += 1;
    try {
      await ask(paused ? definitions.producerPause : definitions.producerResume, {room, producer}, {repeatable: true});
    } finally {
      this.#telling -= 1;
    }
  }

  async #close(producer: types.Producer<ProduceData>): Promise<void> {
    producer.close();
    await this.#tellClosed(producer.id);
  }

  async #tellClosed(producer: string): Promise<void> {
    const {room, ask} = this.#port;
    await ask(definitions.producerClose, {room, producer}, {repeatable: true});
  }
}
