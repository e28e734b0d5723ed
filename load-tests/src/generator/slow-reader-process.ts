import {setPriority} from 'node:os';
import {connect} from '@parley/client';
import {SlowLink} from './slow-link.js';
import type {SlowReaderOptions, SlowReaderOrder, SlowReaderReport} from './slow-reader.js';
import {token} from './token.js';

/** Somebody else's machine would not take this one's processor: whatever it costs to read so much at once, the others come first. */
setPriority(19);

/** Seldom: each report wakes this process and its parent, beside whom the others are measured. */
const reportMs = 250;

const outcome = {last: 0, holes: 0, doubled: 0, resets: 0, resumes: 0};
let lostBy: string | undefined;
let link: SlowLink | undefined;

const tell = (report: SlowReaderReport): void => {
  process.send?.(report);
};

const tellOutcome = (kind: 'joined' | 'progress'): void => {
  tell({kind, ...outcome, ...(lostBy !== undefined && {lostBy})});
};

function take(number: number): void {
  if (outcome.last !== 0) {
    if (number <= outcome.last) outcome.doubled += 1;
    else outcome.holes += number - outcome.last - 1;
  }
  outcome.last = Math.max(outcome.last, number);
}

async function join({port, secret, user, room}: SlowReaderOptions): Promise<void> {
  link = await SlowLink.open(port);
  const client = connect({url: link.url, token: () => token(secret, user), transports: ['websocket']});
  let before = false;
  client.on('state', (state) => {
    if (state.status === 'connected') {
      if (before && state.resumed) outcome.resumes += 1;
      before = true;
    } else if (state.status === 'resuming' || state.status === 'offline') lostBy ??= state.reason;
  });
  const joined = await client.join(room);
  joined.on('message', ({text}) => {
    take(Number.parseInt(text.slice(1), 10));
  });
  joined.on('reset', () => {
    outcome.resets += 1;
  });
  tellOutcome('joined');
  setInterval(() => {
    tellOutcome('progress');
  }, reportMs);
}

async function obey(order: SlowReaderOrder): Promise<void> {
  switch (order.kind) {
    case 'join':
      await join(order);
      return;
    case 'slow':
      link?.slow(order.bytesPerSecond);
      return;
    case 'recover':
      link?.recover();
  }
}

// The parent is the only sender; the messages need no validation beyond their type.
process.on('message', (order: SlowReaderOrder) => {
  obey(order).catch((error: unknown) => {
    tell({kind: 'failed', message: error instanceof Error ? error.message : String(error)});
  });
});
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
