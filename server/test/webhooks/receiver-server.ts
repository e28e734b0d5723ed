import type {ServerResponse} from 'node:http';
import {eventually} from '../eventually.js';
import {secret, SignedServer, type SignedEvent} from './signed-server.js';

export {secret};
export const otherSecret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

/** What it answers with: a status, or nothing at all. */
export type Manner = (event: SignedEvent) => number | 'silence' | {status: number; headers: Record<string, string>};

/** A receiver of webhooks. */
export class ReceiverServer extends SignedServer {
  /** Receipts given, in their order. */
  readonly taken: SignedEvent[] = [];
  manner: Manner = () => 204;

  constructor(verifyWith = secret) {
    super('/hook', verifyWith);
  }

  static async start(verifyWith?: string): Promise<ReceiverServer> {
    const receiver = new ReceiverServer(verifyWith);
    await receiver.open();
    return receiver;
  }

  until(condition: () => boolean, what: string, withinMs?: number): Promise<void> {
    return eventually(condition, `${what}; taken: ${this.taken.map(({type}) => type).join(', ')}`, withinMs);
  }

  of(type: string): SignedEvent[] {
    return this.taken.filter((event) => event.type === `parley.${type}`);
  }

  protected override answer(event: SignedEvent, response: ServerResponse): void {
    const answer = this.manner(event);
    if (answer === 'silence') return;
    const {status, headers} = typeof answer === 'number' ? {status: answer, headers: {}} : answer;
    if (status < 300) this.taken.push(event);
    response.writeHead(status, headers).end();
  }
}

/** The setting for some receivers. */
export const webhooksFor = (
  ...receivers: readonly ({name: string; server: Pick<ReceiverServer, 'url'>} & Record<string, unknown>)[]
): string =>
  JSON.stringify(
    receivers.map(({name, server, ...more}) => ({
      name,
      url: server.url,
      secrets: [secret],
      events: ['*'],
      allowPrivate: true,
      ...more,
    })),
  );
