import type {ServerResponse} from 'node:http';
import {secret, SignedServer, type SignedEvent} from '../webhooks/signed-server.js';

/** What it answers: some JSON, a status and a text, or nothing at all. */
export type Verdict = object | {readonly status: number; readonly text: string} | 'silence';

/** An application's backend that decides. */
export class HookServer extends SignedServer {
  /** How many requests were at it at once. */
  most = 0;
  decide: (event: SignedEvent) => Verdict | Promise<Verdict> = () => ({allow: true});
  #underway = 0;

  private constructor() {
    super('/decide', secret);
  }

  static async start(): Promise<HookServer> {
    const server = new HookServer();
    await server.open();
    return server;
  }

  of(hook: string): SignedEvent[] {
    return this.asked.filter(({type}) => type === `parley.hook.${hook}`);
  }

  protected override arrives(response: ServerResponse): void {
    this.#underway += 1;
    this.most = Math.max(this.most, this.#underway);
    response.on('close', () => (this.#underway -= 1));
  }

  protected override async answer(event: SignedEvent, response: ServerResponse): Promise<void> {
    const verdict = await this.decide(event);
    if (verdict === 'silence') return;
    if ('status' in verdict) response.writeHead(verdict.status).end('text' in verdict ? verdict.text : '');
    else response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(verdict));
  }
}

/** The setting for one backend that decides what is said here. */
export const hooksFor = (
  server: Pick<HookServer, 'url'>,
  hooks: Readonly<Record<string, 'open' | 'closed'>>,
  more: Readonly<Record<string, unknown>> = {},
): string => JSON.stringify([{name: 'gate', url: server.url, secrets: [secret], allowPrivate: true, hooks, ...more}]);
