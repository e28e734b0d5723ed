import {setTimeout as delay} from 'node:timers/promises';
import {linkRaw, linkSocketIo, type Link} from './link.js';
import type {Order, Report} from './messages.js';
import {encodeIntoCompressedBase64} from 'hdr-histogram-js';
import {compose, latencyHistogram, Tally} from './tally.js';

/**
 * One generating process: some hundred receivers, or the publishers. It is driven by its parent over IPC and ends with it.
 */
const connectAtOnce = 25;
const latency = latencyHistogram();
const tallies: Tally[] = [];
const publishers: {room: string; link: Link}[] = [];

/** Receivers that have not joined yet. */
const outside: Link[] = [];

let lost = 0;
const onLost = (): void => {
  lost += 1;
};

const tell = (report: Report): void => {
  process.send?.(report);
};

async function connect(order: Order & {kind: 'connect'}): Promise<void> {
  const link = order.target.speaks === 'websocket' ? linkRaw : linkSocketIo;
  const rooms = order.rooms.flatMap(({room, clients}) => Array.from({length: clients}, () => room));
  const {usersApart, user, joinsLater} = order;
  const guests = rooms.map((room, i) => ({room, user: usersApart ? `${user}-${String(i)}` : user, joinsLater}));
  for (let i = 0; i < guests.length; i += connectAtOnce) {
    await Promise.all(
      guests.slice(i, i + connectAtOnce).map(async (guest) => {
        if (order.publishes)
          publishers.push({room: guest.room, link: await link(order.target, guest, {onText: () => undefined, onLost})});
        else {
          const tally = new Tally(latency);
          tallies.push(tally);
          const onText = (frame: string): void => {
            tally.take(frame);
          };
          const made = await link(order.target, guest, {onText, onLost});
          if (joinsLater) outside.push(made);
        }
      }),
    );
  }
  tell({kind: 'connected'});
}

async function join(): Promise<void> {
  while (outside.length > 0) await Promise.all(outside.splice(0, connectAtOnce).map((link) => link.join()));
  tell({kind: 'joined'});
}

async function publish(order: Order & {kind: 'publish'}): Promise<void> {
  for (const tally of tallies) tally.from = order.counted ? order.first : Infinity;
  if (publishers.length === 0) {
    tell({kind: 'counting'});
    return;
  }
  const everyMs = (order.burst / order.rate) * 1_000;
  const start = performance.now();
  for (let sent = 0, turn = 1; sent < order.messages; turn += 1) {
    const upTo = Math.min(order.messages, sent + order.burst);
    for (const {room, link} of publishers) {
      for (let n = order.first + sent; n < order.first + upTo; n += 1) {
        link.publish(room, `m${String(n)}`, compose(n, order.bytes));
      }
    }
    sent = upTo;
    await delay(Math.max(0, start + turn * everyMs - performance.now()));
  }
  tell({kind: 'published'});
}

function report(): void {
  const counts = {received: 0, duplicates: 0, disordered: 0};
  for (const tally of tallies) {
    counts.received += tally.counts.received;
    counts.duplicates += tally.counts.duplicates;
    counts.disordered += tally.counts.disordered;
  }
  tell({kind: 'tally', counts, latency: encodeIntoCompressedBase64(latency)});
}

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case 'connect':
      await connect(order);
      return;
    case 'join':
      await join();
      return;
    case 'publish':
      await publish(order);
      return;
    case 'report':
      report();
  }
}

// The parent is the only sender; the messages need no validation beyond their type.
process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => {
    tell({kind: 'failed', message: error instanceof Error ? error.message : String(error)});
  });
});
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
setInterval(() => {
  tell({kind: 'progress', received: tallies.reduce((sum, tally) => sum + tally.counts.received, 0), lost});
}, 500);
tell({kind: 'ready'});
