import type {Position, RoomId} from '@parley/protocol';
import type {Outbox, OutboxItem} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {integer, list, text, texts} from './replies.js';

/** How long queues and cursors are kept that nobody touches. */
const keptMs = 30 * 24 * 3_600_000;
const roomsPerScan = 200;

/** Queues in Redis: a stream each, with a hash of cursors beside it. */
export class RedisOutbox implements Outbox {
  readonly #line: CommandLine;
  readonly #keys: Keys;

  constructor(line: CommandLine, keys: Keys) {
    this.#line = line;
    this.#keys = keys;
  }

  async put(queue: string, given: readonly string[], most: number): Promise<number> {
    if (given.length === 0) return 0;
    return integer(await this.#line.run('put-outbox', [this.#keys.outbox(queue)], [most, keptMs, ...given]));
  }

  async read(queue: string, {after, limit}: {after?: string; limit: number}): Promise<readonly OutboxItem[]> {
    const from = after === undefined ? '-' : `(${after}`;
    const answer = list(await this.#line.call('XRANGE', this.#keys.outbox(queue), from, '+', 'COUNT', limit));
    return answer.map((entry) => {
      const [position, fields] = list(entry);
      return {position: text(position), text: text(list(fields)[1])};
    });
  }

  async remove(queue: string, positions: readonly string[]): Promise<void> {
    if (positions.length > 0) await this.#line.call('XDEL', this.#keys.outbox(queue), ...positions);
  }

  async size(queue: string): Promise<number> {
    return integer(await this.#line.call('XLEN', this.#keys.outbox(queue)));
  }

  async cursor(queue: string, room: RoomId): Promise<Position | undefined> {
    const answer = await this.#line.call('HGET', this.#keys.outboxCursors(queue), room);
    if (answer === null) return undefined;
    const [offset = '', epoch = ''] = text(answer).split(' ');
    return {epoch, offset: integer(offset)};
  }

  async setCursor(queue: string, room: RoomId, {epoch, offset}: Position): Promise<void> {
    const key = this.#keys.outboxCursors(queue);
    await Promise.all([
      this.#line.call('HSET', key, room, `${String(offset)} ${epoch}`),
      this.#line.call('PEXPIRE', key, keptMs),
    ]);
  }

  async rooms(queue: string, next = '0'): Promise<{rooms: readonly RoomId[]; next?: string}> {
    const answer = list(await this.#line.call('HSCAN', this.#keys.outboxCursors(queue), next, 'COUNT', roomsPerScan));
    const rooms = texts(answer[1]).filter((_, index) => index % 2 === 0);
    const after = text(answer[0]);
    return {rooms, ...(after !== '0' && {next: after})};
  }
}
