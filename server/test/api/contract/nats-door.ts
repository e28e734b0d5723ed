import {natsBackend, toldBy} from '../nats-client.js';
import type {AskingDoor} from './door.js';

/** Which subjects ask for which verb, each a door of its own where there are several. */
const subjectsOf = {
  NATS: {'push.send': 'push', batch: 'batch'},
  'NATS publish': {'push.send': 'publish'},
} as const;

interface NatsTestDoor extends AskingDoor {
  readonly verbs: ReadonlySet<string>;
}

/** By NATS: what can be asked for there. */
export async function natsDoors(address: string, prefix: string, usualKey: string): Promise<readonly NatsTestDoor[]> {
  const backend = await natsBackend(address, usualKey);
  return Object.entries(subjectsOf).map(([name, subjects]) => {
    const places = new Map<string, string>(Object.entries(subjects));
    return {
      name,
      verbs: new Set(places.keys()),
      ask: async (verb, fields, key = usualKey, padding = 0) => {
        const body = JSON.stringify(fields) + ' '.repeat(padding);
        return toldBy(await backend.ask(`${prefix}.${places.get(verb) ?? ''}`, body, {key}));
      },
      [Symbol.asyncDispose]: () => backend.connection.close(),
    };
  });
}
