import {userId, webPush} from '@parley/protocol';
import type {WebPushNote} from '@parley/signaling';
import {z} from 'zod';

/** What waits in the queue. */
export interface QueuedNote extends WebPushNote {
  /** When it was queued. */
  readonly at: number;
}

const note = z
  .strictObject({
    push: z.string(),
    user: userId,
    subscription: webPush.subscription.extend({id: webPush.subscriptionId, device: z.string().exactOptional()}),
    text: z.string(),
    expiresAt: z.number(),
    topic: z.string(),
    urgency: z.enum(['low', 'normal', 'high']),
    at: z.number(),
  })
  .readonly();

/** Undefined if a later version wrote it, or somebody else. */
export function readNote(text: string): QueuedNote | undefined {
  try {
    return note.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
