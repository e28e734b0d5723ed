import {connect, ParleyError, type ConnectionState, type Parley, type Room} from '@parley/client';
import {setTimeout as pause} from 'node:timers/promises';
import {Client, type ClientOptions} from './client.js';
import {identityOfMessage, identityOfPush, type Addressed, type Numbered} from './identity.js';
import {square} from './rooms.js';

/** Messages that may wait before it stops writing more. */
const mostWaiting = 40;
const retryMs = 300;

/** A client that uses the SDK as an application would. */
export class SdkClient extends Client {
  readonly #parley: Parley;
  readonly #rooms = new Map<string, Room>();
  readonly #busy = new Set<Promise<void>>();
  #session: string | undefined;
  #state: ConnectionState;
  #written = 0;
  #stopped = false;

  constructor(options: ClientOptions) {
    super(options);
    this.#parley = connect({
      url: options.urls,
      token: options.token,
      connectTimeoutMs: 3_000,
      requestTimeoutMs: 5_000,
    });
    this.#state = this.#parley.state;
    // Told by the state as well.
    this.#parley.ready.catch(() => undefined);
    this.#parley.on('push', ({id, data}) => {
      this.pushed(id, data as unknown as Addressed);
    });
    this.#parley.on('state', (state) => {
      this.#became(state);
    });
  }

  get session(): string | undefined {
    return this.#session;
  }

  get connected(): boolean {
    return this.#state.status === 'connected';
  }

  get over(): boolean {
    return this.#state.status === 'closed';
  }

  get settled(): boolean {
    return this.#busy.size === 0 && [...this.#rooms.values()].every(({outgoing}) => outgoing.length === 0);
  }

  presenceOf(user: string): string | undefined {
    return this.#rooms.get(square)?.presence.of(user);
  }

  send(name: string): void {
    const room = this.#rooms.get(name);
    if (!room || room.state.status === 'left' || room.outgoing.length >= mostWaiting) return;
    this.#written += 1;
    const sent = room.send(`${this.name} says ${this.#written}`);
    this.wrote(name, sent.id);
    sent.done.then(
      (accepted) => {
        this.accepted(name, sent.id, accepted);
      },
      (error: unknown) => {
        this.journal(name).note(`${sent.id} failed: ${String(error)}`);
      },
    );
  }

  typing(room: string): void {
    this.#rooms.get(room)?.typing();
  }

  join(room: string): void {
    this.wanted.add(room);
    this.#do(() => this.#enter(room));
  }

  leave(room: string): void {
    this.wanted.delete(room);
    this.leftOnce.add(room);
    this.#do(async () => {
      while (!this.wanted.has(room) && !this.#ended) {
        const entered = this.#rooms.get(room);
        if (!entered || entered.state.status === 'left') return;
        try {
          await entered.leave();
          return;
        } catch (error) {
          if (!isPassing(error)) return;
          await pause(retryMs);
        }
      }
    });
  }

  async stop(how: 'signed out' | 'vanished'): Promise<void> {
    this.#stopped = true;
    if (how === 'signed out') await this.#parley.close();
    else void this.#parley.close();
  }

  get #ended(): boolean {
    return this.#stopped || this.over;
  }

  async #enter(name: string): Promise<void> {
    while (this.wanted.has(name) && !this.#ended) {
      const known = this.#rooms.get(name);
      if (known && known.state.status !== 'left') return;
      const since = this.journal(name).lastStand;
      this.journal(name).note(`joins since ${since?.offset ?? 'now'}`);
      try {
        this.#follow(await this.#parley.join(name, {create: true, ...(since && {since})}), since);
        // It changed its mind meanwhile.
        if (!this.wanted.has(name)) this.leave(name);
        return;
      } catch (error) {
        this.journal(name).note(`join failed: ${String(error)}`);
        if (!isPassing(error)) return;
        await pause(retryMs);
      }
    }
  }

  #follow(room: Room, since: {epoch: string; offset: number} | undefined): void {
    const name = room.id;
    const journal = this.journal(name);
    // Two joins of a room are one.
    if (this.#rooms.get(name) === room) return;
    this.#rooms.set(name, room);
    const begun = room.position;
    if (begun && since && since.epoch !== begun.epoch) journal.reset(begun, 'joined elsewhere');
    else if (begun) journal.begins(since ?? begun, since ? 'joined again' : 'joined');
    room.on('message', ({id, from, epoch, offset, at}) => {
      this.event(name, {epoch, offset, at}, identityOfMessage(from, id));
    });
    room.on('member', ({user, change, epoch, offset, at}) => {
      this.event(name, {epoch, offset, at}, `member ${user} ${change}`);
    });
    room.on('push', ({data, epoch, offset, at}) => {
      if (epoch === undefined || offset === undefined) return;
      this.event(name, {epoch, offset, at}, identityOfPush(data as unknown as Numbered));
    });
    room.on('typing', () => {
      this.heard('typing');
    });
    room.on('presence', () => {
      this.heard('presence');
    });
    if (name === square) this.#do(() => this.#followPresence(room));
    room.on('reset', (position) => {
      journal.reset(position, 'room.reset');
    });
    room.on('left', ({reason}) => {
      journal.leaves(`left: ${reason}`);
      if (this.#rooms.get(name) === room) this.#rooms.delete(name);
      this.#leftBy(name, reason);
    });
  }

  async #followPresence(room: Room): Promise<void> {
    while (room.state.status !== 'left' && !this.#ended) {
      try {
        await room.presence.follow();
        return;
      } catch (error) {
        if (!isPassing(error)) return;
        await pause(retryMs);
      }
    }
  }

  /** By itself, by another of the user's sessions, or because the room is gone: if it is wanted, it is joined again. */
  #leftBy(room: string, reason: string): void {
    if (!this.wanted.has(room) || this.#ended || reason === 'closed') return;
    const {alone, ledger} = this.options;
    if (alone && !this.leftOnce.has(room) && !ledger.mayHaveLost) {
      this.violation(`[ROOM4] ${this.name} was put out of ${room}: ${reason}`, room);
    }
    this.join(room);
  }

  #became(state: ConnectionState): void {
    const was = this.#session;
    this.#state = state;
    for (const journal of this.journals.values()) journal.note(JSON.stringify(state).slice(0, 160));
    if (state.status === 'closed' && !this.#stopped) this.sentAway(state.reason);
    if (state.status !== 'connected') return;
    this.#session = state.session;
    this.arrived(was, state.resumed);
  }

  #do(deed: () => Promise<void>): void {
    const doing = deed().finally(() => this.#busy.delete(doing));
    this.#busy.add(doing);
  }
}

/** Whether trying again may help. */
const isPassing = (error: unknown): boolean =>
  error instanceof ParleyError && (error.retryable || error.code === 'unknown_room');
