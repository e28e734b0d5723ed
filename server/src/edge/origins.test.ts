import {expect, test} from 'vitest';
import {Origins} from './origins.js';

test('[CON4] no origin, a listed one and the node’s own may; others may not', () => {
  const origins = new Origins(['https://chat.example.org'], false);
  const host = 'node.example.org';

  expect(origins.allow('', host)).toBe(true);
  expect(origins.allow('https://chat.example.org', host)).toBe(true);
  expect(origins.allow('https://node.example.org', host)).toBe(true);
  expect(origins.allow('https://node.example.org:444', host)).toBe(false);
  expect(origins.allow('https://evil.example.org', host)).toBe(false);
  expect(origins.allow('http://chat.example.org', host)).toBe(false);
  expect(origins.allow('null', host)).toBe(false);
});

test('[CON4] on a loopback address pages of this machine may, and names that only point here may not', () => {
  const origins = new Origins([], true);

  expect(origins.allow('http://127.0.0.1:7410', '127.0.0.1:7400')).toBe(true);
  expect(origins.allow('http://localhost:5173', '127.0.0.1:7400')).toBe(true);
  expect(origins.allow('http://[::1]:7400', '[::1]:7400')).toBe(true);
  expect(origins.allow('http://rebound.example.org:7400', 'rebound.example.org:7400')).toBe(false);
});

test('[CON4] a star allows every page', () => {
  expect(new Origins(['*'], false).allow('https://anywhere.example', 'host')).toBe(true);
});
