import {setTimeout as delay} from 'node:timers/promises';
import {nowMicros} from '../generator/tally.js';
import {grpcDoor, grpcStreamDoor} from './grpc-doors.js';
import {httpBatchDoor, httpDoor} from './http-doors.js';
import {natsDoor} from './nats-door.js';
import {untimed, type DoorAddresses, type DoorName, type PushDoor, type PushItem} from './push-door.js';
import type {PusherOrder, PusherReport} from './pusher-messages.js';

const doors: Readonly<Record<DoorName, (addresses: DoorAddresses) => PushDoor>> = {
  http: httpDoor,
  'http-batch': httpBatchDoor,
  grpc: grpcDoor,
  'grpc-stream': grpcStreamDoor,
  nats: natsDoor,
};

/** A process that pushes by one door. It is driven by its parent over IPC and ends with it. */
async function obey({door: name, addresses, users, seconds, rate}: PusherOrder): Promise<number> {
  const door = doors[name](addresses);
  let pushed = 0;
  const item = (at: number): PushItem => {
    pushed += 1;
    return {user: `user-${String(pushed % users)}`, at};
  };
  const endsAt = performance.now() + seconds * 1_000 + (rate === undefined ? 0 : warmUpMs);
  try {
    if (rate === undefined) {
      const drive = async (): Promise<void> => {
        while (performance.now() < endsAt) {
          await door.send(Array.from({length: door.together}, () => item(nowMicros())));
        }
      };
      await Promise.all(Array.from({length: door.atOnce}, drive));
    } else {
      await atRate(door, rate, endsAt, item);
    }
    await door.finish();
  } finally {
    door.close();
  }
  return pushed;
}

/** Of a turn at a rate: what a new process is slow at is not what is measured. */
const warmUpMs = 1_000;

/** Whatever becomes of the ones before: a push that is late is late. */
async function atRate(door: PushDoor, rate: number, endsAt: number, item: (at: number) => PushItem): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const begun = performance.now();
  const begunMicros = nowMicros();
  let due = 0;
  while (performance.now() < endsAt && failures.length === 0) {
    await delay(door.gatherMs);
    const target = Math.floor(((performance.now() - begun) / 1_000) * rate);
    while (due < target) {
      const items: PushItem[] = [];
      for (; due < target && items.length < door.together; due += 1) {
        const dueMs = (due / rate) * 1_000;
        items.push(item(dueMs < warmUpMs ? untimed : begunMicros + dueMs * 1_000));
      }
      const sending = door
        .send(items)
        .catch((error: unknown) => failures.push(error))
        .then(() => {
          underWay.delete(sending);
        });
      underWay.add(sending);
    }
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}

const tell = (report: PusherReport): void => {
  process.send?.(report);
};

// The parent is the only sender; the message needs no validation beyond its type.
process.on('message', (order: PusherOrder) => {
  obey(order).then(
    (pushed) => {
      tell({kind: 'pushed', pushed});
    },
    (error: unknown) => {
      tell({kind: 'failed', message: error instanceof Error ? error.message : String(error)});
    },
  );
});
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
