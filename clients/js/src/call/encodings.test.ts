import type {types} from 'mediasoup-client';
import {expect, test} from 'vitest';
import {hintAt, sending, sendLayers} from './encodings.js';

const codec = (mimeType: string): types.RtpCodecCapability => ({
  kind: mimeType.startsWith('audio/') ? 'audio' : 'video',
  mimeType,
  preferredPayloadType: 100,
  clockRate: 90_000,
});
const capable = (...names: string[]): types.RtpCapabilities => ({
  codecs: [codec('audio/opus'), ...names.flatMap((name) => [codec(`video/${name}`), codec('video/rtx')])],
});
const hd = {width: 1_280, height: 720};
const modes = (...names: string[]) =>
  sending('camera', capable(...names), hd).encodings?.map(({scalabilityMode}) => scalabilityMode);

test('[CALL21] the first codec of the room that the browser sends is taken, each in the layers that it can', () => {
  expect(sending('camera', capable('H264', 'VP8'), hd).codec?.mimeType).toBe('video/H264');
  expect(sending('screen', capable('VP9', 'VP8'), hd).codec?.mimeType).toBe('video/VP9');
  expect([modes('VP8'), modes('H264', 'VP8')]).toEqual(Array(2).fill(['L1T3', 'L1T3', 'L1T3']));
  expect([modes('VP9', 'VP8'), modes('AV1')]).toEqual([['L3T3_KEY'], ['L1T3']]);
});

test('[CALL54] a screen is sent whole and half as large, in layers of time, and as what is read, unless the application says otherwise', () => {
  const whole = {scaleResolutionDownBy: 1, maxBitrate: 2_500_000, scalabilityMode: 'L1T3'};
  const half = {scaleResolutionDownBy: 2, maxBitrate: 600_000, scalabilityMode: 'L1T3'};
  for (const name of ['VP8', 'H264']) expect(sending('screen', capable(name), hd).encodings).toEqual([half, whole]);
  for (const name of ['VP9', 'AV1']) expect(sending('screen', capable(name), hd).encodings).toEqual([whole]);
  expect(sending('screen', capable('VP8'), {width: 800, height: 600}).encodings).toEqual([whole]);
  const hinted = (source: 'screen' | 'camera', contentHint: string): string => {
    const track = {contentHint} as MediaStreamTrack;
    hintAt(source, track);
    return track.contentHint;
  };
  expect([hinted('screen', ''), hinted('screen', 'motion'), hinted('camera', '')]).toEqual(['detail', 'motion', '']);
});

test('a small picture is sent in fewer layers, the full one always', () => {
  const layers = (names: string, width: number) =>
    sending('camera', capable(names), {width, height: 90}).encodings?.map((encoding) => [
      encoding.scaleResolutionDownBy,
      encoding.scalabilityMode,
    ]);
  expect(layers('VP8', 1_280)).toEqual([4, 2, 1].map((scale) => [scale, 'L1T3']));
  expect(layers('VP8', 640)).toEqual([2, 1].map((scale) => [scale, 'L1T3']));
  expect(layers('VP9', 640)).toEqual([[1, 'L2T3_KEY']]);
  expect(layers('VP9', 320)).toEqual([[1, 'L1T3']]);
});

/** What the browser is told to send of what it sent as `encodings`, for each top layer. */
async function told(encodings: types.RtpEncodingParameters[], tops: readonly number[]): Promise<unknown[]> {
  const given: unknown[] = [];
  let now = structuredClone(encodings) as RTCRtpEncodingParameters[];
  const rtpSender = {
    getParameters: () => ({encodings: structuredClone(now)}),
    setParameters: async (parameters: {encodings: RTCRtpEncodingParameters[]}) => {
      now = parameters.encodings;
    },
  } as unknown as RTCRtpSender;
  for (const top of tops) {
    await sendLayers({rtpSender, rtpParameters: {codecs: [], encodings}}, top);
    given.push(
      now
        .map((one) => (one.active === true ? (one as {scalabilityMode?: string; scaleResolutionDownBy?: number}) : {}))
        .map(({scalabilityMode, scaleResolutionDownBy}) => [scalabilityMode, scaleResolutionDownBy]),
    );
  }
  return given;
}

test('[CALL16] layers that nobody watches are not sent: of simulcast by encoding, of one in layers by making it smaller', async () => {
  const off = [undefined, undefined];
  const {encodings: simulcast = []} = sending('camera', capable('VP8'), hd);
  expect(await told(simulcast, [0, 1, -1])).toEqual([
    [['L1T3', 4], off, off],
    [['L1T3', 4], ['L1T3', 2], off],
    [off, off, off],
  ]);
  const {encodings: scalable = []} = sending('camera', capable('VP9'), hd);
  expect(await told(scalable, [0, 1, -1, 2])).toEqual([[['L1T3', 4]], [['L2T3_KEY', 2]], [off], [['L3T3_KEY', 1]]]);
});
