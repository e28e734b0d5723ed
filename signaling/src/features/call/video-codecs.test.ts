import {call, room} from '@parley/protocol';
import {expect, test} from 'vitest';
import {CallCluster} from '../../testing/call-cluster.js';
import {someRtpParameters} from '../../testing/some-parameters.js';
import {capabilitiesWith} from './video-codecs.js';

const video = (name: string, preferredPayloadType: number, parameters = {}) =>
  ({kind: 'video', mimeType: `video/${name}`, preferredPayloadType, clockRate: 90_000, parameters}) as const;
const opus = {kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000} as const;

test('[CALL21] clients are told of the codecs that the room wants, in its order, with their retransmissions', () => {
  const engine = {
    codecs: [opus, video('VP8', 101), video('rtx', 102, {apt: 101}), video('VP9', 103), video('rtx', 104, {apt: 103})],
  };
  const told = capabilitiesWith(['AV1', 'VP9', 'VP8'], engine).codecs.map(
    ({preferredPayloadType}) => preferredPayloadType,
  );
  expect(told).toEqual([undefined, 103, 104, 101, 102]);
  expect(capabilitiesWith(['VP8'], engine).codecs).toEqual(engine.codecs.slice(0, 3));
});

test('[CALL21] what the room does not want is refused from its change on, and what is published stays', async () => {
  const cluster = new CallCluster();
  const ann = await cluster.client(cluster.node('a'), 'ann');
  const {send: transport} = await ann.enter();
  const publish = (mimeType: string, source: 'camera' | 'screen') =>
    ann.ask(call.produce, {
      room: 'den',
      id: ann.id(),
      transport,
      kind: 'video',
      source,
      rtpParameters: {...someRtpParameters, codecs: [{mimeType, payloadType: 101, clockRate: 90_000}]},
    });
  const {producer} = await publish('video/vp8', 'camera');
  await ann.ask(room.update, {room: 'den', videoCodecs: ['VP9', 'H264']});
  await expect(publish('video/VP8', 'screen')).rejects.toMatchObject({
    code: 'media_refused',
    field: 'rtpParameters.codecs',
  });
  await publish('video/VP9', 'screen');
  const {producers} = await ann.ask(call.sync, {room: 'den'});
  expect(producers.map((one) => one.source)).toEqual(['camera', 'screen']);
  expect(producers[0]?.producer).toBe(producer);
  await cluster.close();
  expect(cluster.defects).toEqual([]);
});
