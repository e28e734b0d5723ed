import {linkSocketIo} from './link.js';
import type {PumpOrder, PumpReport} from './pump-messages.js';
import {Pump} from './pump.js';

/** A process of publishers and receivers. It is driven by its parent over IPC and ends with it. */
const pump = new Pump();

const tell = (report: PumpReport): void => {
  process.send?.(report);
};

async function connect({nodes: [first, second], rooms}: PumpOrder & {kind: 'connect'}): Promise<void> {
  const onLost = (): void => {
    tell({kind: 'failed', message: 'a server closed a connection'});
  };
  for (let index = 0; index < rooms; index += 1) {
    const room = `room${String(index)}`;
    const link = await linkSocketIo(
      first,
      {user: `publisher-${String(index)}`, room},
      {onText: () => undefined, onLost},
    );
    const onText = pump.add(room, link);
    await linkSocketIo({...second, createsRooms: false}, {user: `receiver-${String(index)}`, room}, {onText, onLost});
  }
  tell({kind: 'connected'});
}

async function obey(order: PumpOrder): Promise<void> {
  switch (order.kind) {
    case 'connect':
      await connect(order);
      return;
    case 'pump':
      tell({kind: 'pumped', pumped: await pump.run(order)});
  }
}

// The parent is the only sender; the messages need no validation beyond their type.
process.on('message', (order: PumpOrder) => {
  obey(order).catch((error: unknown) => {
    tell({kind: 'failed', message: error instanceof Error ? error.message : String(error)});
  });
});
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
setInterval(() => {
  tell({kind: 'progress', received: pump.received});
}, 500);
tell({kind: 'ready'});
