import {readFileSync} from 'node:fs';
import type {TemplatedApp, us_listen_socket} from 'uWebSockets.js';
import {ConfigError} from '../config/config-error.js';
import type {NetworkConfig} from '../config/config.js';
import type {Uws} from './load-uws.js';

/** @throws {ConfigError} if the certificate or its key cannot be read */
export function checkTls({tls}: Pick<NetworkConfig, 'tls'>): void {
  if (tls === undefined) return;
  for (const [variable, file] of [
    ['PARLEY_TLS_CERT', tls.certFile],
    ['PARLEY_TLS_KEY', tls.keyFile],
  ] as const) {
    try {
      readFileSync(file);
    } catch {
      throw new ConfigError([
        `${variable} names the file ${file}, which cannot be read; correct the path or its permissions.`,
      ]);
    }
  }
}

/** @throws {ConfigError} if the certificate or its key cannot be used */
export function createUwsApp(uws: Uws, network: NetworkConfig): TemplatedApp {
  const {tls} = network;
  if (tls === undefined) return uws.App();
  checkTls(network);
  try {
    return uws.SSLApp({cert_file_name: tls.certFile, key_file_name: tls.keyFile});
  } catch {
    throw new ConfigError([
      'PARLEY_TLS_CERT and PARLEY_TLS_KEY must be a certificate chain and its private key, both in PEM.',
    ]);
  }
}

/** A port that is listened on. */
export interface Listening {
  readonly port: number;
  readonly url: string;
  /** New TCP connections are refused from now on; those that there are stay. Idempotent. */
  stop(): void;
}

/** In the module, but not in its declarations. */
interface Undeclared {
  readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number;
}

/** uWS takes options after a host too; its declarations forget them. */
interface ListensExclusively {
  listen(host: string, port: number, options: number, done: (socket: us_listen_socket | false) => void): void;
}

/** @throws {ConfigError} if the address is taken, or is none of this machine's */
export function listen(uws: Uws, app: TemplatedApp, network: NetworkConfig): Promise<Listening> {
  const {host, port, tls} = network;
  return new Promise((resolve, reject) => {
    // Without exclusiveness two nodes could share the port without knowing, each getting some of the clients.
    const exclusive = (uws as unknown as Undeclared).LIBUS_LISTEN_EXCLUSIVE_PORT;
    (app as unknown as ListensExclusively).listen(host, port, exclusive, (socket) => {
      if (socket === false) {
        reject(
          new ConfigError([
            `Cannot listen on PARLEY_HOST ${host}, PARLEY_PORT ${port}: the port is taken, or the address is not this machine's; stop the other program, or set PARLEY_PORT to a free port (0 takes any).`,
          ]),
        );
        return;
      }
      const actual = uws.us_socket_local_port(socket);
      let listening = true;
      resolve({
        port: actual,
        url: `${tls === undefined ? 'http' : 'https'}://${reachable(host)}:${actual}`,
        stop: () => {
          if (listening) uws.us_listen_socket_close(socket);
          listening = false;
        },
      });
    });
  });
}

/** How a browser on this machine writes the address. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
