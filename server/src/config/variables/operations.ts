import {durationMs, flag, integer, list, oneOf, port, sizeBytes, text} from '../values.js';
import {variable} from '../variable.js';

/** The documented key of a node that was given none; contradictions refuse it where others can connect. */
export const developmentApiKey = 'dev-key';

export const operationsVariables = {
  PARLEY_OPS_HOST: variable({
    group: 'operations',
    schema: text,
    default: '127.0.0.1',
    doc: 'Address to listen on for backends and operators: push, health, metrics. Keep it off the public network.',
  }),
  PARLEY_OPS_PORT: variable({
    group: 'operations',
    schema: port,
    default: '7401',
    doc: 'Port for backends and operators. `0` takes any free one.',
  }),
  PARLEY_API_KEYS: variable({
    group: 'operations',
    schema: list.refine((keys) => keys.every((key) => key.length >= 16 || key === developmentApiKey), {
      message: 'must be a comma-separated list of keys of at least 16 characters',
    }),
    default: '',
    doc: 'Keys that backends present as `Authorization: Bearer …`, comma-separated, so that they can be changed one after the other; they may do everything. If empty, a node whose operations port is on a loopback address takes the development key `dev-key`; elsewhere it refuses to start.',
    secret: true,
  }),
  PARLEY_API_KEYS_FILE: variable({
    group: 'operations',
    schema: text,
    doc: 'File of API keys that may do some things only, expire, and can be changed while the node runs; `parley keys` makes and changes it. They are taken besides those of `PARLEY_API_KEYS`; with a file, keys in Redis, or tokens of an issuer, there is no development key.',
  }),
  PARLEY_API_KEYS_IN_REDIS: variable({
    group: 'operations',
    schema: flag,
    default: '0',
    doc: '`1`: the keys that `parley keys` makes are in Redis, for all nodes of the cluster, instead of in a file. Wants `REDIS_URL`.',
  }),
  PARLEY_API_JWT_KEYS: variable({
    group: 'operations',
    schema: text,
    doc: 'Where the public keys of an issuer are whose JWTs backends may present instead of a key: the `https://` address of a JSON Web Key Set, or a file with one, which is read anew when it changes. The claim `scope` holds verbs like `push.* rooms.get`, `rooms` is a list of rooms like `["order-*"]`, all unless given, and `sub` is who the log names. Wants `PARLEY_API_JWT_ISSUER` and `PARLEY_API_JWT_AUDIENCE`.',
  }),
  PARLEY_API_JWT_ISSUER: variable({
    group: 'operations',
    schema: text,
    doc: 'What the claim `iss` of these tokens must be.',
  }),
  PARLEY_API_JWT_AUDIENCE: variable({
    group: 'operations',
    schema: text,
    doc: 'What the claim `aud` of these tokens must be, or name among others.',
  }),
  PARLEY_API_REQUESTS_PER_SECOND: variable({
    group: 'operations',
    schema: integer(1, 1_000_000),
    default: '1000',
    doc: 'Requests per second that one API key may make of this node; an address without a key may make a fiftieth of it. Above it they are refused with `rate_limited`.',
  }),
  PARLEY_BATCH_ITEMS: variable({
    group: 'operations',
    schema: integer(1, 1_000),
    default: '500',
    doc: 'Items that one batch may hold; a larger one is refused with `too_large`. Each counts as a request of its API key.',
  }),
  PARLEY_BATCH_SIZE: variable({
    group: 'operations',
    schema: sizeBytes('16KiB', '16MiB'),
    default: '1MiB',
    doc: 'Largest batch; each of its items has `PARLEY_MAX_PAYLOAD` at most, as by itself.',
  }),
  PARLEY_GRPC_PORT: variable({
    group: 'operations',
    schema: port,
    doc: 'Port for backends that speak gRPC (`parley.v1`), on `PARLEY_OPS_HOST`. `0` takes any free one. Unless it is set, there is none.',
  }),
  PARLEY_GRPC_TLS_CERT: variable({
    group: 'operations',
    schema: text,
    doc: 'Certificate chain of the gRPC port, a file in PEM. With `PARLEY_GRPC_TLS_KEY` the port speaks TLS, else it speaks in the clear.',
  }),
  PARLEY_GRPC_TLS_KEY: variable({
    group: 'operations',
    schema: text,
    doc: 'Private key of that certificate, a file in PEM.',
  }),
  PARLEY_GRPC_TLS_CLIENT_CA: variable({
    group: 'operations',
    schema: text,
    doc: 'Certificates of the authorities that sign those of clients, a file in PEM. If it is set, clients without such a certificate are refused (mTLS). They need an API key all the same.',
  }),
  PARLEY_LOG_LEVEL: variable({
    group: 'operations',
    schema: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    default: 'info',
    doc: 'Least important level that is logged: fatal, error, warn, info, debug, trace or silent.',
  }),
  PARLEY_DRAIN_TIME: variable({
    group: 'operations',
    schema: durationMs('1s', '1h'),
    default: '30s',
    doc: 'How long a node that was told to stop may take to hand its clients over, batch by batch; then it ends regardless.',
  }),
} as const;
