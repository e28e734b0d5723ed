import {jobs} from './jobs.js';
import type {Order, Report} from './apart.js';
import type {Job} from './job.js';

const tell = (report: Report): void => {
  process.send?.(report);
};
const say = (text: string): void => {
  tell({kind: 'progress', text});
};

// The parent is the only sender; the order needs no validation beyond its type.
process.once('message', ({job, params}: Order) => {
  // Of an order, the parameters are those of its job.
  const run = jobs[job] as Job<typeof params, unknown>;
  run(params, say).then(
    (result) => {
      tell({kind: 'done', result});
    },
    (error: unknown) => {
      tell({kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error)});
    },
  );
});
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
