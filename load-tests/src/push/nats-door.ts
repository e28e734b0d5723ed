import {connect, createInbox, headers} from '@nats-io/transport-node';
import {topic, type DoorAddresses, type PushDoor} from './push-door.js';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (why: Error) => void;
}

/** `parley.v1.push` with replies, many at a time on one connection; replies come to one subscription and are told apart by their subject. */
export function natsDoor({nats = '', key}: DoorAddresses): PushDoor {
  const inbox = createInbox();
  const waiting = new Map<string, Waiting>();
  const told = headers();
  told.set('Authorization', `Bearer ${key}`);
  let asked = 0;
  const connected = connect({servers: nats, reconnect: false}).then((connection) => {
    connection.subscribe(`${inbox}.*`, {
      callback: (error, {subject, headers: answered, data}) => {
        const who = waiting.get(subject);
        waiting.delete(subject);
        const code = answered?.get('Parley-Code') ?? '';
        // Without a responder the server itself answers, with an empty body.
        if (error === null && code === '' && data.length > 0) who?.resolve();
        else who?.reject(new Error(`${topic}: ${new TextDecoder().decode(data) || 'nobody took it'}`));
      },
    });
    return connection;
  });
  // Whoever sends is told.
  connected.catch(() => undefined);
  return {
    together: 1,
    gatherMs: 1,
    atOnce: 64,
    send: async ([item]) => {
      if (item === undefined) throw new Error('nothing to push');
      const {user, at} = item;
      const connection = await connected;
      asked += 1;
      const reply = `${inbox}.${String(asked)}`;
      await new Promise<void>((resolve, reject) => {
        waiting.set(reply, {resolve, reject});
        connection.publish('parley.v1.push', JSON.stringify({target: {user}, topic, data: at}), {reply, headers: told});
      });
    },
    finish: () => Promise.resolve(),
    close: () => {
      connected.then((made) => made.close()).catch(() => undefined);
    },
  };
}
