import {type Call, type ChannelOptions, type Parley, type Room, type View} from '@parley/client';
type VideoCodec = NonNullable<Parameters<Room['update']>[0]['videoCodecs']>[number];
/** What a test does in a page, which has nothing else: a client in a call that plays what it receives. */
declare class CallPage {
  #private;
  /** Every state that the call went through, `reconnecting` with its reason. */
  readonly states: string[];
  /** Peers that were heard so far, and the last speaker. */
  readonly heard: Set<string>;
  speaker: string | undefined;
  /** What came on channels of others: label and text, or bytes. */
  readonly messages: string[];
  constructor(parley: Parley, call: Call);
  static enter(url: string, token: string, codec?: VideoCodec): Promise<CallPage>;
  /** Frames of the other's camera that were decoded and shown so far; from 0 again if its track was replaced. */
  frames(): number;
  /** The track of the other's camera. */
  track(): string | undefined;
  paused(): boolean | undefined;
  get session(): string;
  /** Why the own connection is no better; undefined while it is good. */
  quality(): string[] | undefined;
  /** How wide the picture of the other is that comes at present. */
  width(): number;
  setView(view: View): void;
  /** The kinds of path that media takes at present, from this side. */
  paths(): Promise<string[]>;
  /** The codecs of the video that is decoded at present. */
  decodedAs(): Promise<string[]>;
  /** What was negotiated of sound, as lines of SDP: what both ends agreed on is in what the remote one said. */
  soundLines(): string[];
  /** The layers of the own camera that are sent at present. */
  layersSent(): Promise<number>;
  /** Key frames that were asked of the own camera so far. */
  keyFramesAsked(): Promise<number>;
  openChannel(label: string, options: ChannelOptions): Promise<void>;
  /** The sessions that the channel reaches at present. */
  reached(): string[];
  /** Sends as much as there may wait, and goes on as it drains: so many messages of that size. The most that ever waited. */
  send(count: number, bytes: number): Promise<number>;
  /** The code that sending so many bytes is refused with. */
  refusalOf(bytes: number): string | undefined;
  /** Looks from now on, every 20 ms, whether packets of sound come in. */
  listen(): void;
  /** The longest time without a packet of sound since `listen`, in milliseconds. */
  longestSilence(): number;
  silence(silent: boolean): Promise<void>;
  mute(muted: boolean): Promise<void>;
}
declare global {
  var page: CallPage | undefined;
  var enterCall: (url: string, token: string, codec?: VideoCodec) => Promise<void>;
}
export {};
//# sourceMappingURL=call-page.d.ts.map
