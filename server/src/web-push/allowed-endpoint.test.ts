import {expect, test} from 'vitest';
import {endpointRefusal} from './allowed-endpoint.js';

const anywhere = {hosts: [], allowPrivate: false};

test('[WPUSH1] an endpoint is at a public name, by https, and without a password', () => {
  expect(endpointRefusal('https://fcm.googleapis.com/fcm/send/x:y', anywhere)).toBeUndefined();
  const refused = [
    'http://push.example/1',
    'https://ada:secret@push.example/1',
    'https://127.0.0.1/1',
    'https://2130706433/1',
    'https://0x7f.1/1',
    'https://[::1]/1',
    'https://localhost/1',
    'https://redis/1',
    'https://metadata.google.internal/1',
    'https://printer.local./1',
    'https://app.localhost/1',
  ];
  for (const endpoint of refused) expect.soft(endpointRefusal(endpoint, anywhere), endpoint).toBeTypeOf('string');
});

test('[WPUSH1] where push services are named, an endpoint is at one of them or below it', () => {
  const rules = {hosts: ['push.apple.com', 'fcm.googleapis.com'], allowPrivate: false};
  expect(endpointRefusal('https://fcm.googleapis.com/wp/1', rules)).toBeUndefined();
  expect(endpointRefusal('https://web.push.apple.com/1', rules)).toBeUndefined();
  expect(endpointRefusal('https://notpush.apple.com/1', rules)).toBeTypeOf('string');
  expect(endpointRefusal('https://push.apple.com.evil.example/1', rules)).toBeTypeOf('string');
});

test('[WPUSH1] private addresses are taken where they are allowed', () => {
  expect(endpointRefusal('http://127.0.0.1:8080/1', {hosts: [], allowPrivate: true})).toBeUndefined();
});
