import {expect, test} from 'vitest';
import {dtlsParameters, rtpParameters} from './media.js';

const opus = {mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2};
const sha256 = (bytes: number): object => ({
  algorithm: 'sha-256',
  value: Array.from({length: bytes}, () => 'AB').join(':'),
});

test('[CALL12] a truncated fingerprint is refused before it reaches a worker', () => {
  expect(dtlsParameters.safeParse({role: 'client', fingerprints: [sha256(32)]}).success).toBe(true);
  expect(dtlsParameters.safeParse({role: 'client', fingerprints: [sha256(31)]}).success).toBe(false);
  expect(dtlsParameters.safeParse({role: 'client', fingerprints: []}).success).toBe(false);
});

test.each([
  ['no codec', {codecs: []}],
  ['a payload type above 127', {codecs: [{...opus, payloadType: 128}]}],
  ['an SSRC above 32 bits', {codecs: [opus], encodings: [{ssrc: 2 ** 32}]}],
  ['a RID with a line break', {codecs: [opus], encodings: [{rid: 'a\r\n'}]}],
  ['an unknown scalability mode', {codecs: [opus], encodings: [{scalabilityMode: 'L3T3;'}]}],
  ['nine encodings', {codecs: [opus], encodings: Array.from({length: 9}, (_, ssrc) => ({ssrc: ssrc + 1}))}],
  ['nested codec parameters', {codecs: [{...opus, parameters: {x: {y: 1}}}]}],
])('[CALL12] RTP parameters with %s are refused', (_, parameters) => {
  expect(rtpParameters.safeParse(parameters).success).toBe(false);
});

test('[ENV3] fields of RTP parameters that only browsers know are dropped, not refused', () => {
  const parsed = rtpParameters.parse({codecs: [opus], encodings: [{ssrc: 1, active: true, networkPriority: 'low'}]});
  expect(parsed.encodings).toEqual([{ssrc: 1}]);
});
