import {setTimeout as delay} from 'node:timers/promises';
import {encodeIntoCompressedBase64} from 'hdr-histogram-js';
import {fractions} from '../generator/fractions.js';
import {checksumOf, type Accepted} from './journal.js';
import {Member} from './member.js';
import type {CrowdOrder, Witness} from './messages.js';
import {Notes} from './notes.js';

const connectAtOnce = 25;
const lookMs = 1_000;
const textBytes = 64;

type Of<Kind extends CrowdOrder['kind']> = CrowdOrder & {kind: Kind};

/** The clients of one process, and what is asked of them. */
export class Gathering {
  readonly #members: Member[] = [];
  readonly #notes = new Notes();
  readonly #cuts = new Set<NodeJS.Timeout>();
  #writing = false;

  constructor() {
    setInterval(() => {
      for (const member of this.#members) member.look();
    }, lookMs);
  }

  get live(): number {
    return this.#members.filter((member) => member.live).length;
  }

  get received(): number {
    return this.#members.reduce((sum, {journal}) => sum + journal.received, 0);
  }

  get unanswered(): number {
    return this.#members.reduce((sum, {outbox}) => sum + outbox.size, 0);
  }

  set phase(phase: Notes['phase']) {
    this.#notes.phase = phase;
  }

  async enter({urls, secret, room, clients, users, prefix}: Of<'enter'>): Promise<void> {
    for (let from = 0; from < clients; from += connectAtOnce) {
      const size = Math.min(connectAtOnce, clients - from);
      await Promise.all(
        Array.from({length: size}, (_, i) => {
          const user = `${prefix}-${String((from + i) % users)}`;
          const member = new Member({urls, home: (from + i) % urls.length, user, secret, room, notes: this.#notes});
          this.#members.push(member);
          return member.enter();
        }),
      );
    }
  }

  /** Resolves when each message is accepted or refused for good. */
  async write({
    writers,
    perSecond,
    messages = Infinity,
  }: Of<'write'>): Promise<{accepted: Accepted[]; refused: string[]}> {
    const writing = this.#members.slice(0, writers);
    const start = performance.now();
    this.#writing = true;
    for (let n = 1; n <= messages && this.writes(); n += 1) {
      writing[n % writing.length]?.outbox.write(n, textBytes);
      await delay(Math.max(0, start + (n * 1_000) / perSecond - performance.now()));
    }
    while (writing.some(({outbox}) => outbox.size > 0)) await delay(20);
    return {
      accepted: writing.flatMap(({outbox}) => outbox.accepted.splice(0)),
      refused: writing.flatMap(({outbox}) => outbox.refused.splice(0)),
    };
  }

  writes(): boolean {
    return this.#writing;
  }

  stopWriting(): void {
    this.#writing = false;
  }

  /** Each member at times of its own: after half to one and a half of the given one, drawn from the seed. */
  cut({everyMs, awayMs, seed}: Of<'cut'>, nodes: number): void {
    const random = fractions(seed);
    const next = (member: Member): void => {
      const timer = setTimeout(
        () => {
          this.#cuts.delete(timer);
          member.cut(awayMs, Math.floor(random() * nodes));
          next(member);
        },
        everyMs * (0.5 + random()),
      );
      this.#cuts.add(timer);
    };
    for (const member of this.#members) next(member);
  }

  stopCutting(): void {
    for (const cut of this.#cuts) clearTimeout(cut);
    this.#cuts.clear();
  }

  async settle({accepted, withinMs}: Of<'settle'>): Promise<Witness> {
    const until = performance.now() + withinMs;
    const complete = (member: Member): boolean => member.live && accepted.every(([n]) => member.journal.has(n));
    while (performance.now() < until && !this.#members.every((member) => complete(member))) await delay(100);
    return this.#witness(accepted);
  }

  #witness(accepted: readonly Accepted[]): Witness {
    const [members, notes] = [this.#members, this.#notes];
    const right = checksumOf(accepted);
    const missing = members.map(({journal}) => accepted.filter(([n]) => !journal.has(n)).length);
    const sum = (of: (member: Member, missing: number) => number): number =>
      members.reduce((total, member, i) => total + of(member, missing[i] ?? 0), 0);
    return {
      clients: members.length,
      received: this.received,
      doubled: sum(({journal}) => journal.doubled),
      skipped: sum(({journal}) => journal.skipped),
      lost: sum(({journal}, lacks) => (journal.told === 0 ? lacks : 0)),
      missingAndTold: sum(({journal}, lacks) => (journal.told === 0 ? 0 : lacks)),
      told: sum(({journal}) => journal.told),
      disordered: sum(({journal}, lacks) => (lacks === 0 && journal.checksum !== right ? 1 : 0)),
      notBack: sum((member) => (member.live ? 0 : 1)),
      anew: notes.anew,
      sentAway: notes.sentAway,
      refused: notes.refused,
      back: encodeIntoCompressedBase64(notes.back),
      gone: encodeIntoCompressedBase64(notes.gone),
      late: encodeIntoCompressedBase64(notes.late),
      latency: {
        calm: encodeIntoCompressedBase64(notes.latency.calm),
        trouble: encodeIntoCompressedBase64(notes.latency.trouble),
      },
      taken: [...notes.taken],
      announced: [...notes.announced],
    };
  }
}
