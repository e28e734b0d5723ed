import {expect, test} from 'vitest';
import {KeptSession, type SessionStorage} from './kept-session.js';

class Storage implements SessionStorage {
  readonly items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}

const shake = (kept: KeptSession): ReturnType<KeptSession['handshake']> => kept.handshake('token', 1, {}, new Map());

test('[SES6] the attempt rises with every connection, also across a page reload', () => {
  const storage = new Storage();
  const before = new KeptSession(storage);
  before.keep('session-1', 'secret');
  expect(shake(before).attempt).toBe(1);
  expect(shake(before).attempt).toBe(2);
  before.store();
  const after = shake(new KeptSession(storage));
  expect(after).toMatchObject({attempt: 3, resume: {session: 'session-1', key: 'secret', rooms: {}}});
});

test('a duplicated tab begins a session of its own: while a page lives, nothing is stored', () => {
  const storage = new Storage();
  const first = new KeptSession(storage);
  first.keep('session-1', 'secret');
  first.store();
  new KeptSession(storage);
  expect(storage.items.size).toBe(0);
  expect(shake(new KeptSession(storage)).resume).toBeUndefined();
});

test.each(['{', 'null', '[]', '{"session":1}'])('tampered storage (%s) costs the session and nothing else', (text) => {
  const storage = new Storage();
  storage.setItem('parley.session', text);
  expect(shake(new KeptSession(storage)).resume).toBeUndefined();
});

test('storage that throws is as good as none', () => {
  const storage: SessionStorage = {
    getItem: () => {
      throw new Error('denied');
    },
    setItem: () => {
      throw new Error('full');
    },
    removeItem: () => undefined,
  };
  const kept = new KeptSession(storage);
  kept.keep('session-1', 'secret');
  kept.store();
  expect(shake(kept).resume).toBeDefined();
});
