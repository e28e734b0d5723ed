import {isIP} from 'node:net';
import {integer, text} from '../values.js';
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
} as const;
