import {expect, test} from 'vitest';
import {checkAddress} from './address.js';

const local = [
  {address: '127.0.0.1', internal: true, family: 'IPv4'},
  {address: '192.168.1.5', internal: false, family: 'IPv4'},
  {address: 'fd00::5', internal: false, family: 'IPv6'},
];

test.each([
  ['127.0.0.1', undefined, 'fine', undefined],
  ['192.168.1.5', undefined, 'fine', undefined],
  ['192.168.1.5', '198.51.100.7', 'fine', '198.51.100.7'],
  ['0.0.0.0', 'call.example.org', 'fine', 'call.example.org'],
  ['0.0.0.0', undefined, 'doubtful', '192.168.1.5'],
  ['::', undefined, 'doubtful', 'fd00::5'],
  ['127.0.0.1', '198.51.100.7', 'doubtful', '198.51.100.7'],
  ['0.0.0.0', '127.0.0.1', 'doubtful', '127.0.0.1'],
  ['0.0.0.0', '0.0.0.0', 'impossible', undefined],
  ['192.168.1.9', undefined, 'impossible', undefined],
  ['localhost', undefined, 'impossible', undefined],
  ['0.0.0.0', 'http://call.example.org/', 'impossible', undefined],
])('listening on %s and announcing %s is %s', (listenIp, announced, verdict, told) => {
  const check = checkAddress(listenIp, announced, local);
  expect(check.verdict).toBe(verdict);
  expect('announced' in check ? check.announced : undefined).toBe(told);
  expect(check.sentence).toMatch(/^[A-Z].*\.$/);
});
