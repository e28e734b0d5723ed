import type {media as wire} from '@parley/protocol';

const fingerprint = Array.from({length: 32}, () => 'AB').join(':');

/** RTP parameters that the contract accepts and the fake engine does not look into. */
export const someRtpParameters: wire.RtpParameters = {
  codecs: [{mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2}],
  encodings: [{ssrc: 1_111}],
};

export const someCapabilities: wire.RtpCapabilities = {
  codecs: [{kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2}],
};

export const someDtls: wire.DtlsParameters = {fingerprints: [{algorithm: 'sha-256', value: fingerprint}]};

/** Where a transport of the fake engine is to be reached: by UDP and by TCP. */
export const someCandidates: readonly wire.IceCandidate[] = (['udp', 'tcp'] as const).map((protocol) => ({
  foundation: protocol,
  priority: 1,
  ip: '127.0.0.1',
  address: '127.0.0.1',
  port: 7_440,
  protocol,
  type: 'host',
  ...(protocol === 'tcp' && {tcpType: 'passive' as const}),
}));

export const ice = (transport: string, restart: number): wire.IceParameters => ({
  usernameFragment: `${transport}-${restart}`,
  password: 'secret',
  iceLite: true,
});
