import {ParleyError, videoCodec, type media, type VideoCodec} from '@parley/protocol';

const nameOf = (mimeType: string): string => mimeType.split('/')[1]?.toUpperCase() ?? '';
const isRepair = (mimeType: string): boolean => nameOf(mimeType) === 'RTX';

/** Sound as it is, and of video these codecs in this order, each with its retransmissions. */
export function capabilitiesWith(
  wanted: readonly VideoCodec[],
  {codecs, ...rest}: media.RtpCapabilities,
): media.RtpCapabilities {
  const video = wanted.flatMap((codec) => {
    const own = codecs.filter(({kind, mimeType}) => kind === 'video' && nameOf(mimeType) === codec);
    const types = own.map(({preferredPayloadType}) => preferredPayloadType);
    const repairs = codecs.filter(
      ({mimeType, parameters}) =>
        isRepair(mimeType) && types.some((type) => type !== undefined && type === parameters?.['apt']),
    );
    return [...own, ...repairs];
  });
  return {...rest, codecs: [...codecs.filter(({kind}) => kind === 'audio'), ...video]};
}

/** Rejects with `media_refused` a codec that the room does not want; those that nobody knows the engine refuses. */
export function requireCodec(wanted: readonly VideoCodec[], {codecs}: media.RtpParameters): void {
  const names = codecs.map(({mimeType}) => nameOf(mimeType));
  const unwanted = videoCodec.options.filter((codec) => names.includes(codec) && !wanted.includes(codec));
  if (unwanted.length === 0) return;
  throw new ParleyError('media_refused', {
    field: 'rtpParameters.codecs',
    message: `Video in this room is published with ${wanted.join(', ')}; this is ${unwanted.join(', ')}.`,
  });
}
