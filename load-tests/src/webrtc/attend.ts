import {setTimeout as delay} from 'node:timers/promises';
import {call} from '@parley/protocol';
import {CallPeer, type CallServer} from './call-peer.js';
import type {Job} from './job.js';
import {Pacer} from './pacer.js';
import {microphone} from './track.js';

export interface Attend {
  readonly server: CallServer;
  readonly room: string;
  readonly user: string;
}

/** What is said when its sound flows. */
export const attending = 'attending';

/** As the SDK joins again. */
const pausesMs = [0, 250, 500, 1_000, 2_000, 3_000];

/** One peer speaks in a call until its process is ended, and joins again whenever it is told that it was lost. */
export const attend: Job<Attend, never> = async ({server, room, user}, say) => {
  const peer = await CallPeer.connect(server, user, room, new Pacer());
  await peer.join();
  await peer.publish(microphone);
  peer.listen(call.closed, ({reason}) => {
    if (reason === 'lost') void comeBack(peer);
  });
  say(attending);
  return new Promise<never>(() => undefined);
};

async function comeBack(peer: CallPeer): Promise<void> {
  for (const pauseMs of pausesMs) {
    await delay(pauseMs);
    try {
      await peer.joinAgain(false);
      await peer.publish(microphone);
      return;
    } catch {
      // It cannot be joined yet.
    }
  }
}
