import {chat, type UserId} from '@parley/protocol';
import type {Clock, Timer} from '../clock.js';
import type {Ask} from '../session/requests.js';

/** Receivers forget a sign of typing after this time ([CHAT6]). */
const forgetMs = 5_000;
/** So one that goes on is repeated a little sooner, and no key press in between sends anything. */
const repeatMs = 3_000;

/** Somebody began to type, or stopped. */
export interface Typing {
  readonly user: UserId;
  readonly name: string;
  readonly typing: boolean;
}

/** Who is typing, as the others say; whoever says nothing more is taken to have stopped. */
export class TypingOthers {
  readonly #clock: Clock;
  readonly #changed: (typing: Typing) => void;
  readonly #typing = new Map<UserId, {readonly name: string; readonly timer: Timer}>();

  constructor(clock: Clock, changed: (typing: Typing) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get names(): ReadonlyMap<UserId, string> {
    return new Map([...this.#typing].map(([user, {name}]) => [user, name]));
  }

  receive({user, name, typing}: Typing): void {
    if (!typing) {
      this.stopped(user);
      return;
    }
    const before = this.#typing.get(user);
    before?.timer.cancel();
    const timer = this.#clock.after(forgetMs, () => {
      this.stopped(user);
    });
    this.#typing.set(user, {name, timer});
    if (!before) this.#changed({user, name, typing: true});
  }

  /** The user said so, or sent the message, or went. */
  stopped(user: UserId): void {
    const entry = this.#typing.get(user);
    if (!entry) return;
    entry.timer.cancel();
    this.#typing.delete(user);
    this.#changed({user, name: entry.name, typing: false});
  }

  clear(): void {
    for (const user of [...this.#typing.keys()]) this.stopped(user);
  }
}

/** One's own typing: told when it begins, while it goes on, and when it stops; never per key press. */
export class OwnTyping {
  readonly #room: string;
  readonly #clock: Clock;
  readonly #ask: Ask;
  #toldAt: number | undefined;

  constructor(room: string, clock: Clock, ask: Ask) {
    this.#room = room;
    this.#clock = clock;
    this.#ask = ask;
  }

  set(typing: boolean): void {
    const now = this.#clock.now();
    if (typing && this.#toldAt !== undefined && now - this.#toldAt < repeatMs) return;
    if (!typing && (this.#toldAt === undefined || now - this.#toldAt >= forgetMs)) return;
    this.#toldAt = typing ? now : undefined;
    // Worth nothing later, and nothing depends on it.
    this.#ask(chat.typing, {room: this.#room, typing}).catch(() => undefined);
  }

  /** The message was sent: receivers take that for the end of typing. */
  forget(): void {
    this.#toldAt = undefined;
  }
}
