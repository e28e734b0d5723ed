import {expect, test} from 'vitest';
import {ClientAddresses} from './client-address.js';

const addresses = new ClientAddresses(['10.0.0.0/8', '2001:db8::/32', '192.0.2.1']);

test('[CON10] nobody but a trusted proxy is believed', () => {
  expect(addresses.select('198.51.100.1', ['203.0.113.1'])).toBe('198.51.100.1');
  expect(addresses.select('192.0.2.2', ['203.0.113.1'])).toBe('192.0.2.2');
});

test('[CON10] the last address that is no trusted proxy counts', () => {
  expect(addresses.select('10.0.0.1', ['203.0.113.1'])).toBe('203.0.113.1');
  expect(addresses.select('10.0.0.1', ['1.1.1.1', '203.0.113.1', '10.9.9.9'])).toBe('203.0.113.1');
  expect(addresses.select('2001:db8::7', ['203.0.113.1', '192.0.2.1'])).toBe('203.0.113.1');
});

test('[CON10] if all are trusted, the first counts; what is no address ends the chain', () => {
  expect(addresses.select('10.0.0.1', ['10.0.0.3', '10.0.0.2'])).toBe('10.0.0.3');
  expect(addresses.select('10.0.0.1', [''])).toBe('10.0.0.1');
  expect(addresses.select('10.0.0.1', ['203.0.113.1', 'unknown', '10.0.0.2'])).toBe('10.0.0.2');
});
