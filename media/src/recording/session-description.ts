import type {MediaKind, RtpParameters} from 'mediasoup/types';

/** What a program that receives RTP must know of one track that is sent to a port of this host (RFC 8866). */
export function describeTrack(kind: MediaKind, {codecs}: RtpParameters, port: number): string {
  const [codec] = codecs;
  if (codec === undefined) throw new TypeError('a track without a codec');
  const {payloadType, clockRate, channels, mimeType, parameters = {}} = codec;
  const name = mimeType.slice(mimeType.indexOf('/') + 1);
  const settings = Object.entries(parameters as Readonly<Record<string, unknown>>)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(';');
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=${kind} ${port} RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} ${name}/${clockRate}${channels !== undefined && channels > 1 ? `/${channels}` : ''}`,
    ...(settings === '' ? [] : [`a=fmtp:${payloadType} ${settings}`]),
    'a=recvonly',
    '',
  ].join('\n');
}
