import {Gathering} from './gathering.js';
import type {CrowdOrder, CrowdReport} from './messages.js';

/** One process of the crowd: it is driven by its parent over IPC, and ends with it. */
const gathering = new Gathering();
let nodes = 1;

const tell = (report: CrowdReport): void => {
  process.send?.(report);
};

async function obey(order: CrowdOrder): Promise<void> {
  switch (order.kind) {
    case 'enter':
      nodes = order.urls.length;
      await gathering.enter(order);
      tell({kind: 'entered'});
      return;
    case 'write':
      tell({kind: 'written', ...(await gathering.write(order))});
      return;
    case 'stopWriting':
      gathering.stopWriting();
      return;
    case 'cut':
      gathering.cut(order, nodes);
      return;
    case 'stopCutting':
      gathering.stopCutting();
      return;
    case 'phase':
      gathering.phase = order.phase;
      return;
    case 'settle':
      tell({kind: 'settled', witness: await gathering.settle(order)});
  }
}

// The parent is the only sender; the messages need no validation beyond their type.
process.on('message', (order: CrowdOrder) => {
  obey(order).catch((error: unknown) => {
    tell({kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error)});
  });
});
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
setInterval(() => {
  const {live, received, unanswered} = gathering;
  tell({kind: 'progress', live, received, unanswered});
}, 500);
tell({kind: 'ready'});
