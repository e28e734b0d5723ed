import type {RtpParameters} from 'mediasoup/types';
import {Av1Frames} from './frames/av1-frames.js';
import type {FrameMaker} from './frames/frame.js';
import {Vp9Frames} from './frames/vp9-frames.js';

/** Pictures of a codec as they go to ffmpeg. */
export interface Frames {
  /** In four letters. */
  readonly codec: string;
  /** With which ffmpeg looks how large they are, if not its own. */
  readonly decoder?: string;
  make(): FrameMaker;
}

/** How a codec is written. */
export interface FileKind {
  /** As ffmpeg calls it. */
  readonly format: string;
  readonly extension: string;
  /**
   * Who puts packets together to pictures where that is not left to ffmpeg. It takes no layers of VP9, and no AV1 before
   * its version 8, whose reader of AV1's packets trusts their sizes: anybody in a call may send those.
   */
  readonly frames?: Frames;
}

const webm = {format: 'webm', extension: 'webm'} as const;

/** The kind of file that a codec goes into; undefined if it cannot be recorded. */
export function fileKindOf({codecs}: RtpParameters): FileKind | undefined {
  switch (codecs[0]?.mimeType.toLowerCase()) {
    case 'audio/opus':
    case 'video/vp8':
      return webm;
    case 'video/vp9':
      return {...webm, frames: {codec: 'VP90', decoder: 'libvpx-vp9', make: () => new Vp9Frames()}};
    case 'video/av1':
      return {...webm, frames: {codec: 'AV01', make: () => new Av1Frames()}};
    case 'video/h264':
      return {format: 'matroska', extension: 'mkv'};
    default:
      return undefined;
  }
}
