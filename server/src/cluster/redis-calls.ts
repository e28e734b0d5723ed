import type {CallNotes, CallRecords, CallSettings, CallSettingsChange} from '@parley/signaling';
import type {RoomId} from '@parley/protocol';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {fields, integer} from './replies.js';

/** The field that holds the runner's fence: no note has this name. */
const fenceField = '#';
const limitNames = ['peers', 'producers', 'producersPerPeer', 'bitrate', 'videos', 'voices'] as const;

/** What is known of rooms' calls, in Redis: a hash of settings and a hash of notes for each room that has any. */
export class RedisCalls implements CallRecords {
  readonly #line: CommandLine;
  readonly #keys: Keys;

  constructor(line: CommandLine, keys: Keys) {
    this.#line = line;
    this.#keys = keys;
  }

  async settings(room: RoomId): Promise<CallSettings> {
    return readSettings(await this.#line.call('HGETALL', this.#keys.callSettings(room)));
  }

  async setSettings(room: RoomId, {lobby, limits = {}}: CallSettingsChange): Promise<CallSettings> {
    const args: string[] = lobby === undefined ? [] : ['lobby', lobby ? '1' : ''];
    for (const name of limitNames) if (name in limits) args.push(name, String(limits[name] ?? ''));
    return readSettings(await this.#line.run('set-call', [this.#keys.callSettings(room)], args));
  }

  async open(room: RoomId, fence: number, keepMs: number): Promise<ReadonlyMap<string, string>> {
    const noted = new Map(fields(await this.#line.run('open-call', [this.#keys.callNotes(room)], [fence, keepMs])));
    noted.delete(fenceField);
    return noted;
  }

  async note(room: RoomId, fence: number, notes: CallNotes, keepMs: number): Promise<boolean> {
    const args = [...notes].flatMap(([name, text]) => [name, text === undefined ? '-' : `+${text}`]);
    const done = await this.#line.run('note-call', [this.#keys.callNotes(room)], [fence, keepMs, ...args]);
    return integer(done) === 1;
  }

  async forget(room: RoomId, fence: number): Promise<void> {
    await this.#line.run('forget-call', [this.#keys.callNotes(room)], [fence]);
  }
}

function readSettings(answer: unknown): CallSettings {
  const hash = fields(answer);
  const limits = limitNames.flatMap((name) => {
    const most = hash.get(name);
    return most === undefined ? [] : [[name, integer(most)] as const];
  });
  return {lobby: hash.get('lobby') === '1', limits: Object.fromEntries(limits)};
}
