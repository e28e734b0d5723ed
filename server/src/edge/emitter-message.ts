import {decode} from 'notepack.io';

/** What somebody else published for the clients, by `@socket.io/redis-emitter` or in its format. */
export interface EmitterEvent {
  readonly name: string;
  readonly args: readonly unknown[];
  /** As the emitter calls them; none: everybody. */
  readonly rooms: readonly string[];
  readonly except: readonly string[];
  readonly volatile: boolean;
}

/** `<key>#/#<room>#` if the event is for one room, else `<key>#/#`. */
export function roomOfChannel(channel: string): string | undefined {
  const room = /#\/#(.+)#$/s.exec(channel)?.[1];
  return room;
}

export const isOperation = (channel: string): boolean => channel.endsWith('-request#/#');

/**
 * Reads `[uid, packet, options]` in MessagePack. Undefined if it is not an emitter's: other Socket.IO clusters with the same
 * key have theirs.
 *
 * @throws {Error} if it is malformed.
 */
export function readEmitterMessage(message: Buffer): EmitterEvent | undefined {
  const parts: unknown = decode(message);
  if (!Array.isArray(parts)) throw new Error('It is no list.');
  const [uid, packet, options] = parts as readonly unknown[];
  if (uid !== 'emitter') return undefined;
  if (!isRecord(packet) || packet['type'] !== 2 || !Array.isArray(packet['data'])) throw new Error('It is no event.');
  const [name, ...args] = packet['data'] as readonly unknown[];
  if (typeof name !== 'string') throw new Error('The event has no name.');
  const {rooms, except, flags} = isRecord(options) ? options : {};
  return {
    name,
    args,
    rooms: texts(rooms),
    except: texts(except),
    volatile: isRecord(flags) && flags['volatile'] === true,
  };
}

function texts(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) throw new Error('Rooms are no texts.');
  return value;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
