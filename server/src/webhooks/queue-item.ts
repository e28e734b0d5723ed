import {roomId} from '@parley/protocol';
import {z} from 'zod';
import type {CloudEvent} from './cloud-event.js';

/** What waits in a receiver's queue. */
export type QueueItem =
  /** The room's log has grown; what is in it is read there, in its order, whoever put this and however late. */
  {readonly room: string; readonly at: number} | {readonly event: CloudEvent};

/** An event that was given up, and why. */
export interface ParkedEvent {
  readonly event: CloudEvent;
  readonly reason: string;
  readonly attempts: number;
  /** Milliseconds since the Unix epoch. */
  readonly parkedAt: number;
}

const event = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.literal('/parley'),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  datacontenttype: z.literal('application/json'),
  data: z.unknown(),
});
const item = z.union([z.strictObject({room: roomId, at: z.number()}), z.strictObject({event})]);
const parked = z.strictObject({event, reason: z.string(), attempts: z.number(), parkedAt: z.number()});

/** Undefined if a later version wrote it, or somebody else. */
export const readItem = (text: string): QueueItem | undefined => item.safeParse(json(text)).data;
export const readParked = (text: string): ParkedEvent | undefined => parked.safeParse(json(text)).data;

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
