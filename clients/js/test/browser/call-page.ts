import {
  connect,
  type Call,
  type ChannelOptions,
  type OutgoingChannel,
  type Parley,
  type RemoteTrack,
  type Room,
  type View,
} from '@parley/client';
import {
  codecsDecoded,
  connections,
  largestSent,
  layersOfVideo,
  linesOfSound,
  packetsOfSound,
  pathsTaken,
  roundTrips,
} from './connections.js';

type VideoCodec = NonNullable<Parameters<Room['update']>[0]['videoCodecs']>[number];

/** What a test does in a page, which has nothing else: a client in a call that plays what it receives. */
class CallPage {
  readonly #parley: Parley;
  readonly #call: Call;
  readonly #videos = new Map<MediaStreamTrack, HTMLVideoElement>();
  /** Every state that the call went through, `reconnecting` with its reason. */
  readonly states: string[] = [];
  /** Peers that were heard so far, and the last speaker. */
  readonly heard = new Set<string>();
  speaker: string | undefined;
  /** What came on channels of others: label and text, or bytes. */
  readonly messages: string[] = [];
  #channel: OutgoingChannel | undefined;
  readonly #silences: number[] = [];

  constructor(parley: Parley, call: Call) {
    this.#parley = parley;
    this.#call = call;
    call.on('state', (state) => this.states.push(state.status === 'reconnecting' ? state.reason : state.status));
    call.on('speaker', ({peer}) => (this.speaker = peer));
    call.on('levels', (levels) => {
      for (const peer of levels.keys()) this.heard.add(peer);
    });
    call.on('participant', ({change}) => this.changes.push(change));
    call.on('channel', (channel) => {
      channel.on('message', ({data}) => {
        const text = typeof data === 'string' ? data : `${data.byteLength} bytes`;
        this.messages.push(`${channel.label} ${text}`);
      });
    });
    call.on('track', (remote) => {
      this.#play(remote);
    });
    for (const {tracks} of call.participants.values()) for (const remote of tracks.values()) this.#play(remote);
  }

  static async enter(url: string, token: string, codec?: VideoCodec): Promise<CallPage> {
    const parley = connect({url, token: () => token});
    const room = await parley.join(codec ?? 'lobby', {create: true});
    if (codec !== undefined) await room.update({videoCodecs: [codec]}).catch(() => undefined);
    return new CallPage(parley, await room.call.join({microphone: true, camera: true}));
  }

  /** Frames of the other's camera that were decoded and shown so far; from 0 again if its track was replaced. */
  frames(): number {
    const camera = this.#camera();
    return (camera && this.#videos.get(camera.track)?.getVideoPlaybackQuality().totalVideoFrames) ?? 0;
  }

  /** What is told of the others in the call. */
  others(): string[] {
    return [...this.#call.participants.values()].map(({state}) => state);
  }

  /** The track of the other's camera. */
  track(): string | undefined {
    return this.#camera()?.track.id;
  }

  /** What the call's media is made of on this side: connections ever made, and the tracks of others. */
  made(): string[] {
    const tracks = [...this.#call.participants.values()].flatMap(({tracks: all}) => [...all.values()]);
    return [`${connections.length} connections`, ...tracks.map(({source, track}) => `${source} ${track.id}`).sort()];
  }

  paused(): boolean | undefined {
    return this.#camera()?.paused;
  }

  get session(): string {
    const {state} = this.#parley;
    return state.status === 'connected' ? state.session : state.status;
  }

  /** Why the own connection is no better; undefined while it is good. */
  quality(): string[] | undefined {
    return this.#call.quality.get(this.#call.self?.peer ?? '')?.reasons;
  }

  /** How wide the picture of the other is that comes at present. */
  width(): number {
    const camera = this.#camera();
    return (camera && this.#videos.get(camera.track)?.videoWidth) ?? 0;
  }

  /** The same of the cameras of all others. */
  widths(): number[] {
    return [...this.#call.participants.values()].map(({tracks}) => {
      const camera = tracks.get('camera');
      return (camera && this.#videos.get(camera.track)?.videoWidth) ?? 0;
    });
  }

  /** Every video of others: `ada screen`, whether the path is too weak for it, and what was shown of it so far. */
  videos(): {name: string; starved: boolean; width: number; frames: number}[] {
    return [...this.#call.participants.values()].flatMap(({user, tracks}) =>
      [...tracks.values()].flatMap(({source, track, starved}) => {
        const video = this.#videos.get(track);
        if (video === undefined) return [];
        const frames = video.getVideoPlaybackQuality().totalVideoFrames;
        return [{name: `${user} ${source}`, starved, width: video.videoWidth, frames}];
      }),
    );
  }

  /** Shares a page of text in which a line changes twice a second. */
  async share(): Promise<void> {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1_280, 720];
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('nothing to draw on');
    context.font = '20px serif';
    let line = 0;
    setInterval(() => {
      const y = 26 * (1 + (line % 26));
      context.fillStyle = 'white';
      context.fillRect(0, line === 0 ? 0 : y - 20, 1_280, line === 0 ? 720 : 26);
      context.fillStyle = 'black';
      context.fillText(`Line ${(line += 1)} of a text that is written while it is shown to others`, 20, y);
    }, 500);
    const [track] = canvas.captureStream(10).getVideoTracks();
    if (track !== undefined) await this.#call.publish('screen', track);
  }

  setView(view: View): void {
    const camera = this.#camera();
    if (camera !== undefined) this.#call.setView(camera.peer, 'camera', view);
  }

  /** Closes all WebRTC connections behind the SDK's back: the server hears that DTLS ended, and nobody here does. */
  breakConnections(): void {
    for (const connection of connections) connection.close();
  }

  /** How often who is in the call was told to have changed: `joined`, `left` and the like. */
  readonly changes: string[] = [];
  /** What befell the own channel. */
  readonly channelNews: string[] = [];

  paths = pathsTaken;
  roundTrips = roundTrips;
  decodedAs = codecsDecoded;
  soundLines = linesOfSound;

  /** The layers of the own camera that are sent at present. */
  async layersSent(): Promise<number> {
    return (await layersOfVideo()).filter(({active}) => active === true).length;
  }

  /** How wide the largest picture of the own camera is that is sent at present; 0: none is. */
  async widthSent(): Promise<number> {
    return (await largestSent())?.frameWidth ?? 0;
  }

  /** Of that picture, how many are sent a second. */
  async rateSent(): Promise<number> {
    return (await largestSent())?.framesPerSecond ?? 0;
  }

  /** Key frames that were asked of the own camera so far. */
  async keyFramesAsked(): Promise<number> {
    const layers = await layersOfVideo();
    return layers.reduce((sum, {pliCount = 0, firCount = 0}) => sum + pliCount + firCount, 0);
  }

  async openChannel(label: string, options: ChannelOptions): Promise<void> {
    const channel = (this.#channel = await this.#call.data.open(label, options));
    for (const news of ['interrupted', 'open', 'close'] as const) channel.on(news, () => this.channelNews.push(news));
  }

  /** The sessions that the channel reaches at present. */
  reached(): string[] {
    return [...(this.#channel?.receivers ?? [])];
  }

  /** Sends as much as there may wait, and goes on as it drains: so many messages of that size. The most that ever waited. */
  async send(count: number, bytes: number): Promise<number> {
    const channel = this.#channel;
    if (!channel) throw new Error('no channel');
    let most = 0;
    channel.bufferedAmountLowThreshold = 65_536;
    for (let sent = 0; sent < count; sent += 1) {
      if (channel.bufferedAmount > 262_144) {
        await new Promise<void>((resolve) => {
          const unsubscribe = channel.on('bufferedamountlow', () => {
            unsubscribe();
            resolve();
          });
        });
      }
      channel.send(bytes === 0 ? `message ${sent}` : new Uint8Array(bytes));
      most = Math.max(most, channel.bufferedAmount);
    }
    return most;
  }

  /** The code that sending so many bytes is refused with. */
  refusalOf(bytes: number): string | undefined {
    try {
      this.#channel?.send(new Uint8Array(bytes));
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
    return undefined;
  }

  /** Looks from now on, every 20 ms, whether packets of sound come in. */
  listen(): void {
    this.#silences.length = 0;
    let [packets, since] = [0, performance.now()];
    const look = async (): Promise<void> => {
      const now = await packetsOfSound();
      if (now > packets) {
        const at = performance.now();
        if (packets > 0) this.#silences.push(at - since);
        [packets, since] = [now, at];
      }
      setTimeout(() => void look(), 20);
    };
    void look();
  }

  /** The longest time without a packet of sound since `listen`, in milliseconds. */
  longestSilence(): number {
    return Math.max(0, ...this.#silences);
  }

  async silence(silent: boolean): Promise<void> {
    const microphone = this.#call.published.get('microphone');
    await (silent ? microphone?.pause() : microphone?.resume());
  }

  async mute(muted: boolean): Promise<void> {
    const camera = this.#call.published.get('camera');
    await (muted ? camera?.pause() : camera?.resume());
  }

  #camera(): RemoteTrack | undefined {
    const [other] = this.#call.participants.values();
    return other?.tracks.get('camera');
  }

  #play({track}: RemoteTrack): void {
    if (track.kind !== 'video') return;
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    document.body.append(video);
    this.#videos.set(track, video);
    video.play().catch(() => undefined);
  }
}

declare global {
  // For the test, which reaches into the page.
  var page: CallPage | undefined;
  var enterCall: (url: string, token: string, codec?: VideoCodec) => Promise<void>;
}
globalThis.enterCall = async (url, token, codec) => {
  globalThis.page = await CallPage.enter(url, token, codec);
};
