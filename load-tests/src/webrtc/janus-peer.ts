import {setTimeout as delay} from 'node:timers/promises';
import nodeDataChannel, {type PeerConnection, type Track} from 'node-datachannel';
import {ownAddress} from '../subjects/own-address.js';
import {Ear} from './ear.js';
import {JanusLink, type Handle, type Jsep} from './janus-link.js';
import type {MediaPeer} from './media-peer.js';
import type {Pacer} from './pacer.js';
import {RtpStream} from './rtp-stream.js';
import {camera, microphone, type TrackSpec} from './track.js';
import type {Direction} from './transport.js';

const withinMs = 20_000;

/** A peer of a video room of Janus, with the media of a {@link MediaPeer}: one connection to send, one to receive. */
export class JanusPeer implements MediaPeer {
  readonly ear = new Ear();
  readonly #link: JanusLink;
  readonly #room: string;
  readonly #name: string;
  readonly #pacer: Pacer;
  readonly #streams = [microphone, camera].map((track) => new RtpStream(track));
  readonly #tracks = new Map<TrackSpec, Track>();
  readonly #open: PeerConnection[] = [];
  readonly #received: Track[] = [];
  #subscribed: Promise<void> | undefined;

  static async connect(url: string, name: string, room: string, pacer: Pacer): Promise<JanusPeer> {
    return new JanusPeer(await JanusLink.open(url), {name, room, pacer});
  }

  private constructor(link: JanusLink, {name, room, pacer}: {name: string; room: string; pacer: Pacer}) {
    this.#link = link;
    this.#name = name;
    this.#room = room;
    this.#pacer = pacer;
  }

  /** Agrees with Janus on both tracks at once: they flow when they are published. */
  async join(): Promise<void> {
    const ask = await this.#link.attach();
    const room = this.#room;
    // Whoever comes first makes the room.
    await ask({request: 'create', room, publishers: 1_000, audiocodec: 'opus', videocodec: 'vp8'}).catch(
      () => undefined,
    );
    await ask({request: 'join', ptype: 'publisher', room, id: this.#name});
    const connection = this.#connection('send');
    for (const {track, ssrc} of this.#streams) this.#tracks.set(track, connection.addTrack(lineOf(track, ssrc)));
    const open = Promise.all([...this.#tracks.values()].map(opened));
    connection.setLocalDescription('offer');
    const {jsep} = await ask({request: 'publish'}, await described(connection, 'offer'));
    if (jsep === undefined) throw new Error('Janus does not answer an offer.');
    connection.setRemoteDescription(jsep.sdp, 'answer');
    await open;
  }

  /** Also receives, from its first track on, what those in the room at that time publish. */
  async publish(track: TrackSpec): Promise<RtpStream> {
    await (this.#subscribed ??= this.#subscribe());
    const stream = this.#streams.find((one) => one.track === track);
    const line = this.#tracks.get(track);
    if (stream === undefined || line === undefined) throw new Error(`${this.#name} has no ${track.source}.`);
    this.#pacer.add(stream, (packet) => line.isOpen() && line.sendMessageBinary(packet));
    return stream;
  }

  async #subscribe(): Promise<void> {
    const ask = await this.#link.attach();
    const room = this.#room;
    const streams = (await this.#publishers(ask)).filter((id) => id !== this.#name).map((feed) => ({feed}));
    const {jsep} = await ask({request: 'join', ptype: 'subscriber', room, streams});
    if (jsep === undefined) throw new Error('Janus offers nothing.');
    const connection = this.#connection('receive');
    const open: Promise<unknown>[] = [];
    connection.onTrack((track) => {
      track.onMessage(this.ear.hear);
      open.push(opened(track));
      this.#received.push(track);
    });
    connection.setRemoteDescription(jsep.sdp, 'offer');
    await ask({request: 'start'}, await described(connection, 'answer'));
    await Promise.all(open);
  }

  /** Who is in the room, once all of them can be received: Janus learns that their paths are open after they do. */
  async #publishers(ask: Handle): Promise<readonly string[]> {
    const givenUpAt = performance.now() + withinMs;
    for (;;) {
      const {data} = await ask({request: 'listparticipants', room: this.#room});
      const participants = data['participants'] as readonly {readonly id: string; readonly publisher: boolean}[];
      if (participants.every(({publisher}) => publisher)) return participants.map(({id}) => id);
      if (performance.now() > givenUpAt) throw new Error(`Of ${this.#room} not all publish.`);
      await delay(20);
    }
  }

  #connection(direction: Direction): PeerConnection {
    const connection = new nodeDataChannel.PeerConnection(direction, {
      iceServers: [],
      bindAddress: ownAddress() ?? '127.0.0.1',
      disableAutoNegotiation: direction === 'send',
    });
    this.#open.push(connection);
    return connection;
  }
}

function lineOf({kind, source, codec}: TrackSpec, ssrc: number) {
  const line =
    kind === 'audio' ? new nodeDataChannel.Audio(source, 'SendOnly') : new nodeDataChannel.Video(source, 'SendOnly');
  if ('addOpusCodec' in line) line.addOpusCodec(codec.payloadType);
  else line.addVP8Codec(codec.payloadType);
  line.addSSRC(ssrc, `synthetic-${String(ssrc)}`, 'synthetic', source);
  return line;
}

/** With all candidates in it. */
const described = (connection: PeerConnection, type: Jsep['type']): Promise<Jsep> =>
  within('candidates', (resolve) => {
    const look = (): void => {
      const description = connection.localDescription();
      if (connection.gatheringState() === 'complete' && description !== null) resolve({type, sdp: description.sdp});
    };
    connection.onGatheringStateChange(look);
    look();
  });

const opened = (track: Track): Promise<void> =>
  within('a track', (resolve) => {
    track.onOpen(resolve);
    if (track.isOpen()) resolve();
  });

function within<T>(what: string, wait: (resolve: (value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`Waited ${String(withinMs)} ms for ${what}.`));
    }, withinMs);
    wait((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
