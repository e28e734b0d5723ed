/** A time during which something was broken on purpose, and by how much the machine had stood still when it was over. */
interface Trouble {
  readonly things: readonly string[];
  readonly from: number;
  to: number;
  stalledMs: number;
}

interface Kick {
  /** The node that answered. */
  readonly by: string;
  readonly answeredAt: number;
  /** The answer came without the word of the session's node: it was waited for in vain. */
  readonly isUncertain: boolean;
  /** Troubles before this one are known to be over. */
  readonly fromTrouble: number;
  /** When nothing that was sent before the answer can be under way to the client any more. */
  silentSince: number;
}

/** After the end of the last fault, how long a node that was out of reach may take to hear of a kick. */
const reachMs = 5_000;
/** Above this it may be that the session's node was not heard: a node waits two seconds for the word of another. */
const uncertainMs = 1_500;
/** A Redis that comes back with what its disk has may lack this much. */
const forgettableMs = 5_000;
/** Times of Redis and of this process are of one machine; they are read at slightly different moments. */
const skewMs = 50;

/** Whether sessions that were kicked are told anything after that was answered. */
export class KickWatch {
  readonly #onViolation: (what: string, about: {readonly who: string}) => void;
  readonly #stalledMs: () => number;
  readonly #troubles: Trouble[] = [];
  readonly #kicks = new Map<string, Kick>();
  /** Sessions that were to be kicked, whatever was answered. */
  readonly #doomed = new Set<string>();
  #knownOver = 0;
  /** Kicks that nothing excused from being obeyed at once. */
  strict = 0;

  /** @param stalledMs for how long the machine has stood still altogether */
  constructor(onViolation: (what: string, about: {readonly who: string}) => void, stalledMs: () => number = () => 0) {
    this.#onViolation = onViolation;
    this.#stalledMs = stalledMs;
  }

  get size(): number {
    return this.#kicks.size;
  }

  /** These are broken from now on, until the returned function is called: `redis`, and nodes by their names. */
  trouble(things: readonly string[]): () => void {
    const trouble: Trouble = {things, from: Date.now(), to: Number.POSITIVE_INFINITY, stalledMs: 0};
    this.#troubles.push(trouble);
    return () => {
      trouble.to = Date.now();
      trouble.stalledMs = this.#stalledMs();
    };
  }

  /** Whatever was broken is mended, and all nodes are at work: no kick from now on has an excuse in what was. */
  whole(): void {
    this.#knownOver = this.#troubles.length;
  }

  /** Somebody asks for a session's end: from now on it may be over. */
  asking(session: string): void {
    this.#doomed.add(session);
  }

  mayBeKicked(session: string): boolean {
    return this.#doomed.has(session);
  }

  /** The API answered that it is ended. */
  answered(session: string, {by, tookMs}: {by: string; tookMs: number}): void {
    const answeredAt = Date.now();
    const isUncertain = tookMs > uncertainMs;
    const fromTrouble = this.#knownOver;
    this.#kicks.set(session, {by, answeredAt, isUncertain, fromTrouble, silentSince: Number.POSITIVE_INFINITY});
  }

  /** The store may lose what it was last told, and nobody is held to kicks among it. */
  mayBeForgotten(): void {
    const since = Date.now() - forgettableMs;
    for (const [session, {answeredAt}] of this.#kicks) if (answeredAt > since) this.#kicks.delete(session);
  }

  wasKicked(session: string): boolean {
    return this.#kicks.has(session);
  }

  /** What was sent to it before the answer has arrived by now: no frame may reach it from now on, whenever it was written. */
  silent(session: string): void {
    const kick = this.#kicks.get(session);
    if (!kick) return;
    kick.silentSince = Date.now();
    if (!this.#isExcused(kick, [], kick.answeredAt)) this.strict += 1;
  }

  /**
   * A client was told something now. `via` are the nodes that it is connected to; `at` is the store's time of a stored event, which tells what
   * a slow line hides.
   */
  hears(
    who: string,
    session: string | undefined,
    what: string,
    {via, at}: {via: readonly string[]; at?: number},
  ): void {
    const kick = session === undefined ? undefined : this.#kicks.get(session);
    if (!kick) return;
    const now = Date.now();
    const late =
      (at !== undefined && at > kick.answeredAt + skewMs && !this.#isExcused(kick, via, at)) ||
      (now > kick.silentSince && !this.#isExcused(kick, via, now));
    if (late)
      this.#onViolation(`[SES9] ${who} saw ${what} ${now - kick.answeredAt} ms after its kick was answered`, {who});
  }

  /** Whether the word of the kick may still have been under way at this time, because of what was broken. */
  #isExcused({by, answeredAt, isUncertain, fromTrouble}: Kick, via: readonly string[], at: number): boolean {
    if (isUncertain && at <= answeredAt + reachMs) return true;
    const things = new Set(['redis', by, ...via]);
    return this.#troubles.slice(fromTrouble).some(({from, to, stalledMs, things: broken}) => {
      const over = to + reachMs + (to < at ? this.#stalledMs() - stalledMs : 0);
      return from < at && at <= over && broken.some((thing) => things.has(thing));
    });
  }
}
