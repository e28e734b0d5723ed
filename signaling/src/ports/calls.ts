import type {call, RoomId} from '@parley/protocol';

/** What a room says of its calls, as far as it says anything; 0: not limited. */
export interface CallSettings {
  readonly lobby: boolean;
  readonly limits: Partial<call.CallLimits>;
}

/** What is not given stays; `undefined` in `limits`: the room says nothing of it any more. */
export interface CallSettingsChange {
  readonly lobby?: boolean;
  readonly limits?: {readonly [Name in keyof call.CallLimits]?: number | undefined};
}

/** Short texts by name: what must outlast the node that runs a call. Without a text: the name is to be forgotten. */
export type CallNotes = ReadonlyMap<string, string | undefined>;

/**
 * What is known of rooms' calls besides those who run them: so that a call that is rebuilt elsewhere has the same lock,
 * the same people let in, and the same hands up.
 *
 * Guarantee: each call is atomic. Settings are the room's, and stay. Notes are of one call: `open` gives what is noted
 * and makes every `note` and `forget` of a lower fence useless from that moment on, so that who lost a call cannot write
 * into what its successor goes by. They are kept for `keepMs` after they were written last.
 */
export interface CallRecords {
  settings(room: RoomId): Promise<CallSettings>;
  /** The settings as they are afterwards. */
  setSettings(room: RoomId, change: CallSettingsChange): Promise<CallSettings>;
  /** By whoever begins to run the room's call, with the fence of the lease. */
  open(room: RoomId, fence: number, keepMs: number): Promise<ReadonlyMap<string, string>>;
  /** Adds to what is noted; with nothing to add it is kept for longer. False, and without effect, if the fence is an old one. */
  note(room: RoomId, fence: number, notes: CallNotes, keepMs: number): Promise<boolean>;
  /** The call is over: nothing of it is kept. Without effect if the fence is an old one. */
  forget(room: RoomId, fence: number): Promise<void>;
}
