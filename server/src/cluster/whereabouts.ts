import type {UserId} from '@parley/protocol';
import type {Whereabouts} from '@parley/signaling';
import type {CommandLine} from './command-line.js';
import type {Keys} from './keys.js';
import {list, text} from './replies.js';

/** Users of one script: it blocks all of Redis while it runs. */
const usersAtOnce = 100;

/** Users whose keys are in one slot, or at the only server. */
class Gathered {
  readonly users = new Map<UserId, number>();
  readonly answers: Promise<readonly (readonly Whereabouts[])[]>;
  #ask: (answers: Promise<readonly (readonly Whereabouts[])[]>) => void = () => undefined;

  constructor() {
    this.answers = new Promise((resolve) => {
      this.#ask = resolve;
    });
  }

  settle(answers: Promise<readonly (readonly Whereabouts[])[]>): void {
    this.#ask(answers);
  }
}

/**
 * Where users are connected. What is asked within one turn of the event loop is one script for each part of the store: at
 * a single server one for a hundred users, in a cluster mostly one for each. Nothing waits for a later turn.
 */
export class WhereaboutsReader {
  readonly #line: Pick<CommandLine, 'partOf' | 'run'>;
  readonly #keys: Keys;
  readonly #parts = new Map<number, Gathered>();

  constructor(line: Pick<CommandLine, 'partOf' | 'run'>, keys: Keys) {
    this.#line = line;
    this.#keys = keys;
  }

  async of(user: UserId): Promise<readonly Whereabouts[]> {
    const part = this.#line.partOf(this.#keys.connected(user));
    const gathered = this.#parts.get(part) ?? this.#begin(part);
    const place = gathered.users.get(user) ?? gathered.users.size;
    gathered.users.set(user, place);
    if (gathered.users.size >= usersAtOnce) this.#flush(part, gathered);
    const answer = (await gathered.answers)[place];
    if (answer === undefined) throw new Error('The store answered for fewer users than it was asked about.');
    return answer;
  }

  #begin(part: number): Gathered {
    if (this.#parts.size === 0) {
      setImmediate(() => {
        for (const [one, gathered] of [...this.#parts]) this.#flush(one, gathered);
      });
    }
    const gathered = new Gathered();
    this.#parts.set(part, gathered);
    return gathered;
  }

  #flush(part: number, gathered: Gathered): void {
    this.#parts.delete(part);
    gathered.settle(this.#read([...gathered.users.keys()]));
  }

  async #read(users: readonly UserId[]): Promise<readonly (readonly Whereabouts[])[]> {
    const asked = users.flatMap((user) => [this.#keys.connected(user), this.#keys.session(user, '')]);
    return list(await this.#line.run('whereabouts', asked.slice(0, 1), asked)).map(toPlaces);
  }
}

/** From `[session id, node, …]`. */
function toPlaces(answer: unknown): readonly Whereabouts[] {
  const parts = list(answer);
  const places: Whereabouts[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) places.push({session: text(parts[at]), node: text(parts[at + 1])});
  return places;
}
