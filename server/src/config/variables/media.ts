import {isIP} from 'node:net';
import {durationMs, integer, list, oneOf, percent, portRange, text} from '../values.js';
import {variable} from '../variable.js';

export const mediaVariables = {
  MEDIASOUP_WORKER_BIN: variable({
    group: 'media',
    schema: text,
    doc: 'Path of the media worker. If not set, the one that `npm start` obtained is used; without any, calls are off.',
  }),
  PARLEY_MEDIA_WORKERS: variable({
    group: 'media',
    schema: integer(0, 256),
    doc: 'Media workers of this node; one per processor if not set, `0` switches calls off here.',
  }),
  PARLEY_MEDIA_FULL_AT: variable({
    group: 'media',
    schema: percent(5, 100),
    default: '92%',
    doc: 'What a media worker takes of a processor when it is full. From 82 and 92 % of that on its calls are sent less video and then none, at all of it peers are refused. Lower it where a worker does not have a processor for itself.',
  }),
  PARLEY_MEDIA_TOGETHER_BELOW: variable({
    group: 'media',
    schema: percent(0, 100),
    doc: 'As long as a media worker takes no more than this of a processor, the peers of a call that is on it come to it too; `0%` parts calls over all workers from their beginning. If not set: a third of `PARLEY_MEDIA_FULL_AT`.',
  }),
  PARLEY_MEDIA_PORT: variable({
    group: 'media',
    schema: integer(0, 65_535),
    doc: 'First of the ports for media, UDP and TCP, one per worker; `0` takes any free ones. If not set: any free ones while media is received on a loopback address, 7440 otherwise.',
  }),
  PARLEY_MEDIA_LISTEN_IP: variable({
    group: 'media',
    schema: text.refine((ip) => isIP(ip) !== 0, {message: 'must be an IP address'}),
    doc: 'IP address that media is received on; that of `PARLEY_HOST` if not set.',
  }),
  PARLEY_MEDIA_ANNOUNCED_ADDRESS: variable({
    group: 'media',
    schema: text.regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be an IP address or a host name'),
    doc: 'Address that clients are told to send media to, if it is not the one listened on: the public one behind NAT, or of the host of a container.',
  }),
  PARLEY_CALL_SPREAD: variable({
    group: 'media',
    schema: oneOf(['off', 'full', 'near']),
    default: 'full',
    doc: 'Where the media of one call may be: `off`, on one node; `full`, on others too when its node has no room for another peer; `near`, each peer’s on the node that it is connected to, where that has media workers.',
  }),
  PARLEY_MEDIA_PIPE_ADDRESS: variable({
    group: 'media',
    schema: text.refine((ip) => isIP(ip) !== 0 && !['0.0.0.0', '::'].includes(ip), {
      message: 'must be an IP address that other nodes can send to',
    }),
    doc: 'IP address that other nodes send the media of calls to that are on several nodes. If not set: the one that media is received on, or the machine’s own. Ports are not to be translated on the way.',
  }),
  PARLEY_MEDIA_PIPE_PORTS: variable({
    group: 'media',
    schema: portRange,
    doc: 'UDP ports for media from other nodes, such as `7500-7599`: one for each call and other node. If not set: any free ones.',
  }),
  PARLEY_ICE_URLS: variable({
    group: 'media',
    schema: list.refine(
      (urls) =>
        urls.length <= 20 &&
        urls.every((url) => /^(stuns?|turns?):[A-Za-z0-9.:[\]-]{1,253}(\?transport=(udp|tcp))?$/.test(url)),
      'must be at most 20 addresses such as stun:turn.example.org or turn:turn.example.org:3478?transport=udp',
    ),
    default: '',
    doc: 'STUN and TURN servers for clients, by `,`: whoever sits behind a firewall that lets nothing but the web through needs TURN.',
  }),
  PARLEY_TURN_SECRET: variable({
    group: 'media',
    schema: text.refine((secret) => secret.length >= 16, 'must have at least 16 characters'),
    secret: true,
    doc: 'Secret that the TURN servers share with this node (`static-auth-secret` with `use-auth-secret` in coturn): each client gets credentials of its own, for a time.',
  }),
  PARLEY_TURN_LIFETIME: variable({
    group: 'media',
    schema: durationMs('1m', '7d'),
    default: '12h',
    doc: 'How long the credentials of `PARLEY_TURN_SECRET` are good for. Clients in a call get new ones in time.',
  }),
  PARLEY_TURN_USERNAME: variable({
    group: 'media',
    schema: text.min(1, 'must not be empty'),
    doc: 'User name for TURN servers that know one user for all; every client sees it.',
  }),
  PARLEY_TURN_PASSWORD: variable({
    group: 'media',
    schema: text.min(1, 'must not be empty'),
    secret: true,
    doc: 'Password that goes with `PARLEY_TURN_USERNAME`; every client sees it.',
  }),
} as const;
