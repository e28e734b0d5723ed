import {isNatsAddress} from '../nats-address.js';
import {integer, list, text} from '../values.js';
import {variable} from '../variable.js';

export const natsVariables = {
  PARLEY_NATS_URL: variable({
    group: 'operations',
    schema: list.refine(
      (urls) => urls.length > 0 && urls.every(isNatsAddress),
      'must be an address that begins with nats:// or tls://, or several, comma-separated',
    ),
    doc: 'NATS that backends may push through, such as `nats://user:password@host:4222` or `nats://token@host`; several servers of one cluster, comma-separated, have the same user and password. `tls://` insists on TLS. Unless it is set, nothing is taken from NATS.',
    secret: true,
  }),
  PARLEY_NATS_CREDS: variable({
    group: 'operations',
    schema: text,
    doc: 'File of credentials for NATS (a JWT and its seed, as `nsc` makes it), instead of a user in `PARLEY_NATS_URL`.',
  }),
  PARLEY_NATS_TLS_CA: variable({
    group: 'operations',
    schema: text,
    doc: 'File of the certificate authorities in PEM that the certificate of NATS is checked with; without it the system’s. TLS needs `tls://`.',
  }),
  PARLEY_NATS_TLS_CERT: variable({
    group: 'operations',
    schema: text,
    doc: 'File of the certificate in PEM with which nodes show themselves to NATS (`verify: true` in its `tls`); together with `PARLEY_NATS_TLS_KEY`.',
  }),
  PARLEY_NATS_TLS_KEY: variable({
    group: 'operations',
    schema: text,
    doc: 'File of the private key in PEM that belongs to `PARLEY_NATS_TLS_CERT`.',
  }),
  PARLEY_NATS_SUBJECT: variable({
    group: 'operations',
    schema: text.regex(/^(?=.{1,128}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, {
      message: 'must be a subject such as parley.v1, without wildcards',
    }),
    default: 'parley.v1',
    doc: 'What the subjects begin with: requests are taken from `<it>.push`, `<it>.publish` and `<it>.batch`. Clusters that share a NATS need different ones.',
  }),
  PARLEY_NATS_MESSAGES: variable({
    group: 'operations',
    schema: integer(1, 100_000),
    default: '1000',
    doc: 'Messages from NATS that may be under way on this node at a time; more are refused with `overloaded`, and so is what would make them more than 64 MiB together.',
  }),
} as const;
