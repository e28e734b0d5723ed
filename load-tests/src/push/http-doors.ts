import {Agent, request} from 'node:http';
import {topic, type DoorAddresses, type PushDoor, type PushItem} from './push-door.js';

const pushOf = ({user, at}: PushItem): object => ({target: {user}, topic, data: at});

/** `POST /v1/push`, one after another on kept connections. */
export const httpDoor = (addresses: DoorAddresses): PushDoor =>
  overHttp(addresses, {
    path: '/v1/push',
    together: 1,
    gatherMs: 1,
    atOnce: 64,
    body: ([item]) => (item === undefined ? {} : pushOf(item)),
    check: () => undefined,
  });

/** `POST /v1/batch`, a hundred pushes in each. */
export const httpBatchDoor = (addresses: DoorAddresses): PushDoor =>
  overHttp(addresses, {
    path: '/v1/batch',
    together: 100,
    gatherMs: 5,
    atOnce: 8,
    body: (items) => ({items: items.map((item) => ({push: pushOf(item)}))}),
    check: (answer) => {
      if (!answer.includes('"refused":0')) throw new Error(`/v1/batch: ${answer.slice(0, 500)}`);
    },
  });

interface Route extends Pick<PushDoor, 'together' | 'gatherMs' | 'atOnce'> {
  readonly path: string;
  readonly body: (items: readonly PushItem[]) => object;
  /** Throws if something of it was refused. */
  readonly check: (answer: string) => void;
}

function overHttp({opsUrl, key}: DoorAddresses, {path, together, gatherMs, atOnce, body, check}: Route): PushDoor {
  const agent = new Agent({keepAlive: true, maxSockets: 256});
  const {hostname, port} = new URL(opsUrl);
  const send = (items: readonly PushItem[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body(items));
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      };
      const asked = request({agent, hostname, port, path, method: 'POST', headers}, (answer) => {
        let told = '';
        answer.setEncoding('latin1');
        answer.on('data', (chunk: string) => {
          told += chunk;
        });
        answer.on('end', () => {
          try {
            if (answer.statusCode !== 200)
              throw new Error(`${path}: ${String(answer.statusCode)} ${told.slice(0, 500)}`);
            check(told);
            resolve();
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      });
      asked.on('error', reject);
      asked.end(text);
    });
  return {
    together,
    gatherMs,
    atOnce,
    send,
    finish: () => Promise.resolve(),
    close: () => {
      agent.destroy();
    },
  };
}
