import {z} from 'zod';
import {displayName, sessionId, timestamp, userId} from './primitives.js';
import {callRight, role} from './role.js';

/** `reconnecting`: signaling or media of the peer is gone, but it may come back within the resume window. */
const peerState = z.enum(['connected', 'reconnecting']);

/** What the application says of a peer: up to 16 short texts by short names. */
const metadata = z
  .record(z.string().min(1).max(64), z.string().max(512))
  .refine((texts) => Object.keys(texts).length <= 16, 'at most 16 texts');

/** What may change of a peer while it is in the call, besides its name and state. */
export const peerProfile = z.strictObject({
  role,
  /** Who may publish nothing is a viewer. */
  rights: z.array(callRight),
  /** Since when its hand is up; `null`: it is not. */
  handRaisedAt: timestamp.nullable(),
  metadata,
});
export type PeerProfile = z.infer<typeof peerProfile>;

/** A peer is a session in a call; its id is the session's. */
export const peerSummary = z.strictObject({
  peer: sessionId,
  user: userId,
  name: displayName,
  state: peerState,
  joinedAt: timestamp,
  profile: peerProfile,
});
export type PeerSummary = z.infer<typeof peerSummary>;

const person = z.strictObject({user: userId, name: displayName});

/** How a call is recorded. */
export const recording = z.strictObject({
  since: timestamp,
  /** Who began it; without it the backend did. */
  by: person.optional(),
  /** One file is made of all tracks after the end. */
  mixed: z.boolean(),
});
export type Recording = z.infer<typeof recording>;

/** Whether the node that runs the call can record it: not at all, each track, or also all of them in one file. */
export const recordable = z.enum(['no', 'tracks', 'mixed']);
export type Recordable = z.infer<typeof recordable>;

/**
 * Why a call is not recorded any more: somebody stopped it, the backend if nobody is named, the disk is full, it is as
 * long or as large as it may be, or it could not be recorded on where the call was moved to or rebuilt.
 */
export const recordingEnd = z.strictObject({
  reason: z.enum(['stopped', 'diskFull', 'tooLong', 'tooLarge', 'unavailable']),
  by: person.optional(),
});
export type RecordingEnd = z.infer<typeof recordingEnd>;

/** Without `recording` the call is not recorded; `recordingEnded` says how the last recording of it ended, if there was one. */
export const recordingStanding = {
  recording: recording.optional(),
  recordingEnded: recordingEnd.optional(),
  recordable,
} as const;

/** What holds for a room's calls; 0: not limited. */
export const callLimits = z.strictObject({
  peers: z.number().int().min(0),
  producers: z.number().int().min(0),
  producersPerPeer: z.number().int().min(0),
  /** Bits per second that all producers together may be sent with. */
  bitrate: z.number().int().min(0),
  /** Cameras that each peer is sent at once: those of who spoke last. */
  videos: z.number().int().min(0),
  /** Microphones that each peer is sent at once: the loudest. */
  voices: z.number().int().min(0),
});
export type CallLimits = z.infer<typeof callLimits>;
