import type {ChannelOptions, View} from '@parley/client';
import {type Browser} from 'playwright-core';
/** The SDK and the page of a call as one script, made from the sources. */
export declare function bundleCallPage(): Promise<string>;
/** @param options what the synthetic microphone hears, a WAVE file; further flags; another program that starts Chromium. */
export declare const launch: ({
  microphone,
  flags: more,
  program,
}?: {
  microphone?: string;
  flags?: readonly string[];
  program?: string;
}) => Promise<Browser>;
/** Somebody in the call, in a tab with a profile of their own. */
export declare class Caller {
  #private;
  private constructor();
  /** @param options `relay`: media may go by a TURN server only; `codec`: the room's one, in a room of its own. */
  static enter(
    browser: Browser,
    script: string,
    url: string,
    token: string,
    {
      relay,
      codec,
    }?: {
      relay?: boolean;
      codec?: 'VP8' | 'VP9' | 'H264' | 'AV1';
    },
  ): Promise<Caller>;
  states(): Promise<readonly string[]>;
  session(): Promise<string | undefined>;
  track(): Promise<string | undefined>;
  paused(): Promise<boolean | undefined>;
  /** How wide the picture is that comes of the other at present. */
  width(): Promise<number>;
  setView(view: View): Promise<void>;
  paths(): Promise<readonly string[]>;
  decodedAs(): Promise<readonly string[]>;
  soundLines(): Promise<readonly string[]>;
  close(): Promise<void>;
  /** Why the own connection is no better; undefined while it is good. */
  quality(): Promise<readonly string[] | undefined>;
  layersSent(): Promise<number>;
  /** Who is heard, since the last time that this was asked. */
  heard(): Promise<readonly string[]>;
  keyFramesAsked(): Promise<number>;
  openChannel(label: string, options?: ChannelOptions): Promise<void>;
  reached(): Promise<readonly string[]>;
  /** Sends so many messages of that size on the channel opened last; 0 bytes: short texts. The most that ever waited. */
  send(count: number, bytes?: number): Promise<number>;
  refusalOf(bytes: number): Promise<string | undefined>;
  messages(): Promise<readonly string[]>;
  speaker(): Promise<string | undefined>;
  listen(): Promise<void>;
  longestSilence(): Promise<number>;
  /** Pauses the microphone, or lets it be heard again. */
  silence(silent: boolean): Promise<void>;
  mute(muted: boolean): Promise<void>;
  /** Waits until the other's camera shows 20 more frames than now. */
  sees(): Promise<void>;
}
//# sourceMappingURL=caller.d.ts.map
