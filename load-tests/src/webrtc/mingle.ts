import {setTimeout as delay} from 'node:timers/promises';
import {fractions} from '../generator/fractions.js';
import {CallPeer, type CallServer} from './call-peer.js';
import type {Job} from './job.js';
import {Pacer} from './pacer.js';
import {camera, microphone} from './track.js';

export interface Mingle {
  readonly server: CallServer;
  /** What they are called begins with it. */
  readonly name: string;
  readonly guests: number;
  /** Calls that they go to, some much more often than others. */
  readonly rooms: number;
  /** How long one stays at most, in milliseconds; a third of it at least. */
  readonly stayMs: number;
  readonly ms: number;
  readonly seed: number;
}

export interface Mingled {
  readonly joins: number;
  /** Joins, or stays, that came to nothing, with their reasons. */
  readonly failures: readonly string[];
}

/** Until one tries again who could not join. */
const pauseMs = 500;
/** Of two calls one may be so much more popular than the other. */
const mostPopular = 8;

/** Guests who each go from one call to another, staying a while, all with microphone and camera. */
export const mingle: Job<Mingle, Mingled> = async ({server, name, guests, rooms, stayMs, ms, seed}) => {
  const pacer = new Pacer();
  const chance = fractions(seed);
  const popular = Array.from({length: rooms}, (_, n) => Math.min(mostPopular, rooms / (n + 1)));
  const endsAt = performance.now() + ms;
  const failures: string[] = [];
  let joins = 0;
  const visit = async (user: string): Promise<void> => {
    const room = `room${String(drawn(popular, chance()))}`;
    const peer = await CallPeer.connect(server, user, room, pacer);
    try {
      await peer.join();
      await Promise.all([peer.publish(microphone), peer.publish(camera)]);
      joins += 1;
      await delay(Math.min(stayMs * (1 / 3 + (chance() * 2) / 3), Math.max(0, endsAt - performance.now())));
      await peer.leave();
    } finally {
      await peer.close();
    }
  };
  const mingleOne = async (user: string): Promise<void> => {
    // They do not all come and go at the same moments.
    await delay(chance() * Math.min(stayMs / 3, ms / 4));
    while (performance.now() < endsAt)
      await visit(user).catch(async (thrown: unknown) => {
        failures.push(thrown instanceof Error ? thrown.message : String(thrown));
        await delay(pauseMs);
      });
  };
  await Promise.all(Array.from({length: guests}, (_, n) => mingleOne(`${name}-${String(n)}`)));
  return {joins, failures};
};

/** Which of them, each as likely as its weight says. */
function drawn(weights: readonly number[], fraction: number): number {
  let left = fraction * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => (left -= weight) <= 0);
  return found === -1 ? weights.length - 1 : found;
}
