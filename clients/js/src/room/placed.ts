import type {Position} from '@parley/protocol';
import {isRecord} from '../wire/understand.js';

/** A stored event of a room: where it stands, and what it says, not looked at yet. */
export interface PlacedEvent {
  readonly name: string;
  readonly room: string;
  readonly position: Position;
  readonly payload: unknown;
}

/**
 * The place of a stored event; undefined for any other. Told by its fields and not by its name: an event of a kind
 * that this version does not know takes its place in the order all the same, or it would look like a hole.
 */
export function placed(name: string, payload: unknown): PlacedEvent | undefined {
  if (!isRecord(payload)) return undefined;
  const {room, epoch, offset, at} = payload;
  if (typeof room !== 'string' || typeof epoch !== 'string' || typeof at !== 'number') return undefined;
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 1) return undefined;
  return {name, room, position: {epoch, offset}, payload};
}
