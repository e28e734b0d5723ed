import {expect, test} from 'vitest';
import {pipeAddress} from './pipe-address.js';

const local = [
  {address: '127.0.0.1', internal: true, family: 'IPv4'},
  {address: '10.1.2.3', internal: false, family: 'IPv4'},
  {address: 'fd00::3', internal: false, family: 'IPv6'},
];

test('pipes listen on the address that others are told, where the machine has it', () => {
  expect(pipeAddress({}, '127.0.0.1', local)).toEqual({listenIp: '127.0.0.1', announced: '127.0.0.1'});
  expect(pipeAddress({}, '0.0.0.0', local)).toEqual({listenIp: '10.1.2.3', announced: '10.1.2.3'});
  expect(pipeAddress({}, '::', local)).toEqual({listenIp: 'fd00::3', announced: 'fd00::3'});
  const ports = {min: 7_500, max: 7_599};
  expect(pipeAddress({address: '10.1.2.3', ports}, '0.0.0.0', local)).toEqual({
    listenIp: '10.1.2.3',
    announced: '10.1.2.3',
    ports,
  });
});

test('an address that is not the machine’s own is told to others, and listened for on all', () => {
  expect(pipeAddress({address: '192.0.2.7'}, '0.0.0.0', local)).toEqual({
    listenIp: '0.0.0.0',
    announced: '192.0.2.7',
  });
  expect(pipeAddress({}, '0.0.0.0', local.slice(0, 1))).toBeUndefined();
});
