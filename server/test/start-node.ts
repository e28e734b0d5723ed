import {SignJWT} from 'jose';
import {createApp, makeConfig, type App} from '@parley/server';
import type {Clock, Store, StoreOptions} from '@parley/signaling';
import type {MemoryWorld} from '@parley/signaling/memory';
import {quietLog} from './quiet-log.js';

/** Every node of a test takes tokens that are signed with it, unless its environment says otherwise. */
export const testSecret = 'a secret that only tests know, 32 bytes and more';
export const testApiKey = 'a-key-that-only-tests-know';

export interface NodeOverrides {
  /** Settings by their names, as in the environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Nodes with the same world are a cluster in this process. */
  readonly world?: MemoryWorld;
  readonly store?: (options: StoreOptions) => Store;
  readonly clock?: Clock;
}

/** A node in this process, on free ports. */
export interface TestNode extends AsyncDisposable {
  readonly app: App;
  readonly node: string;
  readonly url: string;
  readonly opsUrl: string;
  readonly apiKey: string;
  /** A token for a user; `claims` replace what it would say. */
  token(user: string, name?: string, claims?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

/** What a node of a test is set to, before its own overrides: free ports, no media workers, nothing from outside. */
export const testEnvironment: Readonly<Record<string, string>> = {
  PARLEY_PORT: '0',
  PARLEY_OPS_PORT: '0',
  PARLEY_AUTH_SECRET: testSecret,
  PARLEY_API_KEYS: testApiKey,
  PARLEY_MEDIA_WORKERS: '0',
  PARLEY_HANDSHAKES_PER_SECOND: '0',
  PARLEY_ACCEPTS_PER_SECOND: '0',
  PARLEY_ROOM_MESSAGES_PER_SECOND: '0',
  PARLEY_ROOM_CREATIONS_PER_HOUR: '0',
  PARLEY_LOG_LEVEL: 'warn',
};

/**
 * Starts a node in this process: `await using node = await startNode()`. Without a world or store of its own it runs
 * alone, as one without Redis does.
 */
export async function startNode(overrides: NodeOverrides = {}): Promise<TestNode> {
  const {env = {}, world, clock} = overrides;
  const store = overrides.store ?? (world && ((options: StoreOptions) => world.node(options)));
  const app = await createApp(makeConfig({...testEnvironment, ...env}), {
    log: quietLog(),
    ...(clock !== undefined && {clock}),
    ...(store !== undefined && {store}),
  });
  return {
    app,
    node: app.node,
    url: app.url ?? '',
    opsUrl: app.opsUrl,
    apiKey: testApiKey,
    token: signToken,
    close: () => app.close(),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** A token that every node with {@link testSecret} takes. */
export function signToken(
  user: string,
  name = user,
  claims: Readonly<Record<string, unknown>> = {},
  secret = testSecret,
): Promise<string> {
  return new SignJWT({sub: user, name, exp: Math.floor(Date.now() / 1_000) + 3_600, ...claims})
    .setProtectedHeader({alg: 'HS256'})
    .sign(new TextEncoder().encode(secret));
}
