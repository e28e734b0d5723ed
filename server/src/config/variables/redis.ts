import {isRedisAddress} from '../redis-address.js';
import {list, oneOf, text} from '../values.js';
import {variable} from '../variable.js';

export const redisVariables = {
  REDIS_URL: variable({
    group: 'redis',
    schema: list.refine(
      (urls) => urls.length > 0 && urls.every(isRedisAddress),
      'must be an address that begins with redis:// or rediss://, or several, comma-separated',
    ),
    doc: 'Redis that the nodes of a cluster share, such as `redis://user:password@host:6379/0`; `rediss://` is TLS. Several addresses, comma-separated, are Sentinels or servers of a Redis Cluster; user, password and database are said with the first. Without it the node runs alone and keeps everything in its memory.',
    secret: true,
  }),
  PARLEY_REDIS_TOPOLOGY: variable({
    group: 'redis',
    schema: oneOf(['standalone', 'sentinel', 'cluster']),
    default: 'standalone',
    doc: 'What `REDIS_URL` names: one server, Sentinels (port 26379 unless said), or some servers of a Redis Cluster.',
  }),
  PARLEY_REDIS_MASTER: variable({
    group: 'redis',
    schema: text.regex(/^[^\s]{1,128}$/, 'must be a name without blanks'),
    doc: 'The name by which the Sentinels know the master.',
  }),
  PARLEY_REDIS_SENTINEL_USER: variable({
    group: 'redis',
    schema: text,
    doc: 'ACL user at the Sentinels; the user in `REDIS_URL` is the one at Redis itself.',
  }),
  PARLEY_REDIS_SENTINEL_PASSWORD: variable({
    group: 'redis',
    schema: text,
    doc: 'Password at the Sentinels, if they ask for one.',
    secret: true,
  }),
  PARLEY_REDIS_TLS_CA: variable({
    group: 'redis',
    schema: text,
    doc: 'File of the certificate authorities in PEM that Redis’ certificate is checked with; without it the system’s. TLS needs `rediss://`.',
  }),
  PARLEY_REDIS_TLS_CERT: variable({
    group: 'redis',
    schema: text,
    doc: 'File of the certificate in PEM with which nodes show themselves to Redis (`tls-auth-clients yes`); together with `PARLEY_REDIS_TLS_KEY`.',
  }),
  PARLEY_REDIS_TLS_KEY: variable({
    group: 'redis',
    schema: text,
    doc: 'File of the private key in PEM that belongs to `PARLEY_REDIS_TLS_CERT`.',
  }),
  PARLEY_REDIS_TLS_SERVER_NAME: variable({
    group: 'redis',
    schema: text.regex(/^[A-Za-z0-9.*-]{1,253}$/, 'must be a host name'),
    doc: 'Name that the certificates of Redis must be for. For Sentinels and clusters that tell IP addresses while their certificates hold names.',
  }),
  PARLEY_REDIS_PUBSUB: variable({
    group: 'redis',
    schema: oneOf(['auto', 'sharded', 'classic']),
    default: 'auto',
    doc: 'How events travel between nodes: `sharded` (Redis 7 or newer; on a Redis Cluster only the room’s own server carries it) or `classic`; `auto` asks the server. All nodes must have the same.',
  }),
  PARLEY_SOCKETIO_EMITTERS: variable({
    group: 'redis',
    schema: text.regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 letters, digits and _ . : -'),
    doc: 'The `key` of `@socket.io/redis-emitter` (or one of another language) whose events reach the clients; its default is `socket.io`. Not set, they are not listened to: they are unsigned, at most once, and each one wakes every node.',
  }),
  PARLEY_REDIS_PREFIX: variable({
    group: 'redis',
    schema: text.regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 letters, digits and _ . : -'),
    default: 'parley:',
    doc: 'What every key and channel in Redis begins with, so that several clusters can share one.',
  }),
} as const;
