import {expect, test} from 'vitest';
import {addressGroup} from './address-group.js';

test('[CON6] an IPv4 address is one client, and so is a /64 of IPv6, however it is written', () => {
  expect(addressGroup('203.0.113.7')).toBe('203.0.113.7');
  const same = ['2001:db8:1:2:3:4:5:6', '2001:0db8:0001:0002::9', '2001:db8:1:2::'].map(addressGroup);
  expect(new Set(same)).toEqual(new Set(['2001:db8:1:2::/64']));
  expect(addressGroup('2001:db8:1:3::9')).not.toBe(same[0]);
  expect(addressGroup('::1')).toBe(addressGroup('0000:0000:0000:0000:0000:0000:0000:0001'));
});
