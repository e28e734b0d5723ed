import {chat, room, session} from '@parley/protocol';
import {afterEach, expect, test} from 'vitest';
import {HubCluster, type HubClient} from '../../test/hub-cluster.js';
import {overlay, withFeeds} from '../../test/wrap-store.js';
import {settled} from '../testing/index.js';

let cluster: HubCluster;
afterEach(async () => {
  await cluster.close();
  expect(cluster.defects).toEqual([]);
  expect(cluster.clock.timers).toBe(0);
});

async function joined(node: number, user: string): Promise<HubClient> {
  const client = await cluster.node(node).connect(user);
  await client.ask(room.create.name, {room: 'den'});
  await client.ok(room.join, {room: 'den'});
  await settled();
  return client;
}

/** Something that waits while it is shut. */
class Gate {
  #shut: Promise<void> | undefined;
  #open: () => void = () => undefined;

  shut(): void {
    this.#shut = new Promise((resolve) => (this.#open = resolve));
  }

  open(): void {
    this.#open();
    this.#shut = undefined;
  }

  async pass(): Promise<void> {
    await this.#shut;
  }
}

test('[SES10] session.end that crosses a resume on the same node leaves no connection of the session behind', async () => {
  const gate = new Gate();
  cluster = new HubCluster(1, {
    wrapStore: (store) =>
      overlay(store, {
        sessions: overlay(store.sessions, {
          end: async (id) => {
            const ended = await store.sessions.end(id);
            await gate.pass();
            return ended;
          },
          resume: async (request) => {
            const outcome = await store.sessions.resume(request);
            await gate.pass();
            return outcome;
          },
        }),
      }),
  });
  const old = await cluster.node(0).connect('ada');
  const {session: id, key} = old.ready;
  gate.shut();
  const admitting = cluster.node(0).admit('ada', {attempt: 1, resume: {session: id, key, rooms: {}}});
  await settled();
  const ending = old.request(session.end, {});
  await settled();
  gate.open();
  await ending;
  const connection = cluster.node(0).broadcaster.connect();
  (await admitting).start(connection);
  await settled();
  expect(old.connection.open).toBe(false);
  expect(connection.closed?.reason).toBe('ended');
  expect(cluster.node(0).hub.connections).toBe(0);
});

test('[ROOM4] a session that left a room is out of it, also if another of the user’s joins at the same moment', async () => {
  const gate = new Gate();
  cluster = new HubCluster(2, {
    wrapStore: (store) =>
      overlay(store, {
        bus: overlay(store.bus, {
          request: async (...args) => {
            await gate.pass();
            return store.bus.request(...args);
          },
        }),
      }),
  });
  const [desk, phone] = [await joined(0, 'bob'), await cluster.node(1).connect('bob')];
  gate.shut();
  const leaving = desk.ok(room.leave, {room: 'den'});
  await settled();
  await phone.ok(room.join, {room: 'den'});
  gate.open();
  await leaving;
  await phone.ok(chat.send, {room: 'den', id: 'm1', text: 'x'});
  await settled();
  expect(phone.of(chat.message)).toHaveLength(1);
  expect(desk.of(chat.message)).toEqual([]);
  expect(await desk.code(chat.history, {room: 'den'})).toBe('not_joined');
});

test('[ROOM2] a session that was told that it joined is in the room, or is shown that its user left', async () => {
  const gate = new Gate();
  cluster = new HubCluster(2, {
    wrapStore: (store, node) =>
      withFeeds(store, (feeds) => ({
        open: async (name, listener) => {
          if (node === 'node-2') await gate.pass();
          return feeds.open(name, listener);
        },
      })),
  });
  const [desk, phone] = [await joined(0, 'bob'), await cluster.node(1).connect('bob')];
  gate.shut();
  const joining = phone.ok(room.join, {room: 'den'});
  await settled();
  const leaving = desk.ok(room.leave, {room: 'den'});
  await settled();
  gate.open();
  const {head} = await joining;
  await leaving;
  await settled();
  const answered = phone.of(room.member).map(({change, offset}) => [change, offset > head]);
  if (await cluster.node(1).store.rooms.member('den', 'bob')) {
    await phone.ok(chat.send, {room: 'den', id: 'm1', text: 'x'});
    expect(phone.of(chat.message)).toHaveLength(1);
  } else {
    expect(answered).toContainEqual(['left', true]);
  }
});
