import type {Clock, Revocation, Revocations, TokenFacts} from '../ports.js';
import type {Link} from './link.js';

interface Remembered {
  readonly issuedBefore: number;
  readonly until: number;
}

/** Revocations, shared by all nodes, by the name of what they concern. */
export class RevocationTable {
  readonly #remembered = new Map<string, Remembered>();

  add(name: string, {issuedBefore, until}: Remembered, now: number): void {
    const known = this.find(name, now);
    this.#remembered.set(name, {
      issuedBefore: Math.max(issuedBefore, known?.issuedBefore ?? 0),
      until: Math.max(until, known?.until ?? 0),
    });
  }

  find(name: string, now: number): Remembered | undefined {
    const known = this.#remembered.get(name);
    return known !== undefined && known.until > now ? known : undefined;
  }

  sweep(now: number): void {
    for (const [name, {until}] of this.#remembered) if (until <= now) this.#remembered.delete(name);
  }
}

/** A node's view of the revocations. */
export class MemoryRevocations implements Revocations {
  readonly #link: Link;
  readonly #table: RevocationTable;
  readonly #clock: Clock;

  constructor(link: Link, table: RevocationTable, clock: Clock) {
    this.#link = link;
    this.#table = table;
    this.#clock = clock;
  }

  revoke(revocation: Revocation): Promise<void> {
    return this.#link.act(() => {
      const {until} = revocation;
      const issuedBefore = revocation.kind === 'token' ? 0 : revocation.issuedBefore;
      this.#table.add(nameOf(revocation), {issuedBefore, until}, this.#clock.now());
    });
  }

  areRevoked(tokens: readonly TokenFacts[]): Promise<readonly boolean[]> {
    return this.#link.act(() => tokens.map((token) => this.#isRevoked(token, this.#clock.now())));
  }

  /** The table is the only store there is: it loses nothing that could be given back. */
  note(): void {
    // Nothing to do.
  }

  onRestored(): void {
    // Never.
  }

  #isRevoked({user, tokenId, issuedAt = -Infinity}: TokenFacts, now: number): boolean {
    const issuedBefore = (name: string): number => this.#table.find(name, now)?.issuedBefore ?? -Infinity;
    return (
      (tokenId !== undefined && this.#table.find(`token ${tokenId}`, now) !== undefined) ||
      issuedAt < issuedBefore(`user ${user}`) ||
      issuedAt < issuedBefore('all')
    );
  }
}

function nameOf(revocation: Revocation): string {
  switch (revocation.kind) {
    case 'token':
      return `token ${revocation.tokenId}`;
    case 'user':
      return `user ${revocation.user}`;
    case 'all':
      return 'all';
  }
}
