import {z} from 'zod';

/** The video codecs of the media engine. */
export const videoCodec = z.enum(['VP8', 'VP9', 'H264', 'AV1']);
export type VideoCodec = z.infer<typeof videoCodec>;

/** Those that a room's calls use, the preferred ones first. */
export const videoCodecs = z
  .array(videoCodec)
  .min(1)
  .max(videoCodec.options.length)
  .refine((codecs) => new Set(codecs).size === codecs.length, 'a codec is named twice');

/** Of rooms that nobody set otherwise: VP8 is what every browser sends in several sizes at the least cost. */
export const usualVideoCodecs: readonly VideoCodec[] = videoCodec.options;
