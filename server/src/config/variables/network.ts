import {isIP} from 'node:net';
import {durationMs, list, port, text} from '../values.js';
import {variable} from '../variable.js';

const isOrigin = (origin: string): boolean =>
  origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin && /^https?:/.test(origin));

const isAddressRange = (range: string): boolean => {
  const [ip = '', bits, ...rest] = range.split('/');
  const version = isIP(ip);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
};

export const networkVariables = {
  PARLEY_HOST: variable({
    group: 'network',
    schema: text,
    default: '127.0.0.1',
    doc: 'Address to listen on for clients. On a loopback address the development conveniences are on; `0.0.0.0` listens on all of IPv4, `::` on everything.',
  }),
  PARLEY_PORT: variable({
    group: 'network',
    schema: port,
    default: '7400',
    doc: 'Port for clients: WebSocket, long-polling and the page. `0` takes any free one.',
  }),
  PARLEY_TLS_CERT: variable({
    group: 'network',
    schema: text,
    doc: 'File of the certificate chain in PEM; together with `PARLEY_TLS_KEY` clients connect by `https` and `wss`.',
  }),
  PARLEY_TLS_KEY: variable({
    group: 'network',
    schema: text,
    doc: 'File of the private key in PEM that belongs to `PARLEY_TLS_CERT`.',
  }),
  PARLEY_ORIGINS: variable({
    group: 'network',
    schema: list.refine((origins) => origins.every(isOrigin), {
      message: 'must be a comma-separated list of origins such as https://chat.example.org, or *',
    }),
    default: '',
    doc: 'Origins whose pages may connect, comma-separated, or `*` for all. Pages that this node serves itself may always, and so may pages of loopback origins while it listens on a loopback address.',
  }),
  PARLEY_TRUSTED_PROXIES: variable({
    group: 'network',
    schema: list.refine((ranges) => ranges.every(isAddressRange), {
      message: 'must be a comma-separated list of addresses or ranges such as 10.0.0.0/8',
    }),
    default: '',
    doc: 'Addresses or ranges of proxies, comma-separated, whose `X-Forwarded-For` header and PROXY protocol (version 2) are believed.',
  }),
  PARLEY_KEEPALIVE_INTERVAL: variable({
    group: 'network',
    schema: durationMs('100ms', '5m'),
    default: '25s',
    doc: 'How often each client is pinged.',
  }),
  PARLEY_KEEPALIVE_TIMEOUT: variable({
    group: 'network',
    schema: durationMs('100ms', '5m'),
    default: '20s',
    doc: 'How long a client may take to answer a ping before its connection is closed.',
  }),
} as const;
