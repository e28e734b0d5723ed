import {expect, test} from 'vitest';
import {keysCommand} from '../commands/keys.js';
import {makeConfig} from '../config/make-config.js';
import {newVapidKeys, publicKeyOf} from './vapid.js';

const nowhere = {shelf: () => Promise.reject(new Error('It keeps nothing.')), now: 0};

test('[WPUSH1] what the command prints are settings that a server takes, with the public half that it names', async () => {
  const printed = await keysCommand(['vapid'], nowhere);
  const [, key = ''] = /^PARLEY_WEB_PUSH_KEY=(.*)$/m.exec(printed) ?? [];
  const [, contact = ''] = /^PARLEY_WEB_PUSH_CONTACT=(.*)$/m.exec(printed) ?? [];
  const {webPush} = makeConfig({PARLEY_WEB_PUSH_KEY: key, PARLEY_WEB_PUSH_CONTACT: contact});
  expect(webPush?.vapid.publicKey).toHaveLength(87);
  expect(printed).toContain(webPush?.vapid.publicKey);
  expect(printed).not.toContain((await keysCommand(['vapid'], nowhere)).split('\n')[1]);
});

test('[WPUSH1] private halves have one length, and what is none is known', () => {
  for (let made = 0; made < 300; made += 1) {
    const {publicKey, privateKey} = newVapidKeys();
    expect(privateKey).toHaveLength(43);
    expect(publicKeyOf(privateKey)).toBe(publicKey);
  }
  for (const none of ['', 'short', 'A'.repeat(43), newVapidKeys().publicKey]) expect(publicKeyOf(none)).toBeUndefined();
});

test('[WPUSH1] a key without a contact, and the other way round, is said', () => {
  const key = newVapidKeys().privateKey;
  expect(() => makeConfig({PARLEY_WEB_PUSH_KEY: key})).toThrow(
    /PARLEY_WEB_PUSH_KEY is set without PARLEY_WEB_PUSH_CONTACT/,
  );
  expect(() => makeConfig({PARLEY_WEB_PUSH_CONTACT: 'mailto:a@b.example'})).toThrow(
    /CONTACT is set without PARLEY_WEB_PUSH_KEY/,
  );
  expect(() => makeConfig({PARLEY_WEB_PUSH_KEY: 'none', PARLEY_WEB_PUSH_CONTACT: 'mailto:a@b.example'})).toThrow(
    /must be a private key/,
  );
});
