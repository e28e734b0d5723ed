import {expect, test} from 'vitest';
import type {RtpParameters} from 'mediasoup/types';
import {dtls, opus, vp8} from './parameters.js';
import {startEngine} from './with-engine.js';

const [opusCodec] = opus(1).codecs;
const [vp8Codec] = vp8(1).codecs;

/** All of these pass the wire's schema. */
const wrong: Record<string, {kind: 'audio' | 'video'; rtpParameters: RtpParameters}> = {
  'a codec that the call has not': {
    kind: 'audio',
    rtpParameters: {...opus(1), codecs: [{mimeType: 'audio/PCMU', payloadType: 0, clockRate: 8_000}]},
  },
  'no encoding that can be told apart': {kind: 'audio', rtpParameters: {codecs: opus(1).codecs, encodings: [{}]}},
  'audio as video': {kind: 'video', rtpParameters: opus(1)},
  'RTX for a payload type that is not there': {
    kind: 'video',
    rtpParameters: {
      ...vp8(1),
      codecs: [vp8Codec!, {mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: {apt: 33}}],
    },
  },
  'only RTX': {
    kind: 'video',
    rtpParameters: {
      ...vp8(1),
      codecs: [{mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: {apt: 96}}],
    },
  },
  'an encoding of an unknown payload type': {
    kind: 'audio',
    rtpParameters: {...opus(1), encodings: [{ssrc: 1, codecPayloadType: 9}]},
  },
  'too many channels': {kind: 'audio', rtpParameters: {...opus(1), codecs: [{...opusCodec!, channels: 16}]}},
};

test('[CALL12] parameters that the engine does not accept are refused, change nothing, and end no worker', async () => {
  await using parley = await startEngine();
  const room = await parley.engine.open(() => undefined);
  const send = await room.createTransport({direction: 'send', peer: 'ann'});
  const before = await parley.dump();
  for (const [what, options] of Object.entries(wrong)) {
    const outcome = await room.produce(send.transport, {...options, paused: false}).then(
      () => 'accepted',
      (error: unknown) => error,
    );
    expect(outcome, what).toMatchObject({code: 'refused'});
  }
  expect(await parley.dump()).toEqual(before);

  await room.produce(send.transport, {kind: 'audio', rtpParameters: opus(77), paused: false});
  await expect(
    room.produce(send.transport, {kind: 'audio', rtpParameters: opus(77), paused: false}),
    'an SSRC in use',
  ).rejects.toMatchObject({code: 'refused'});
  await expect(room.produce('no-such', {kind: 'audio', rtpParameters: opus(1), paused: false})).rejects.toMatchObject({
    code: 'unknown',
  });
  await expect(room.consume(send.transport, 'no-such', {codecs: []})).rejects.toMatchObject({code: 'unknown'});
  expect(parley.workers.map(({closed}) => closed)).toEqual([false]);
});

test('[CALL12] fingerprints that no certificate has are refused or fail later, and end no worker', async () => {
  await using parley = await startEngine();
  const room = await parley.engine.open(() => undefined);
  for (const value of ['AB', 'not hex at all', '', 'AB:'.repeat(500)]) {
    const {transport} = await room.createTransport({direction: 'send', peer: 'ann'});
    const connecting = room.connectTransport(transport, {fingerprints: [{algorithm: 'sha-256', value}]});
    await connecting.catch((error: unknown) => {
      expect(error).toMatchObject({code: 'refused'});
    });
  }
  const {transport} = await room.createTransport({direction: 'send', peer: 'ann'});
  await room.connectTransport(transport, dtls());
  await expect(room.connectTransport(transport, dtls()), 'a second connect').rejects.toMatchObject({code: 'refused'});
  expect(parley.workers.map(({closed}) => closed)).toEqual([false]);
});
