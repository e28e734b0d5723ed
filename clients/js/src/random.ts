/** Chance, as everything in the SDK sees it, so that tests can repeat it. */
export interface Random {
  /** Unique and URL-safe, begins with a letter or digit: fits every client-chosen id of the protocol. */
  id(): string;
  /** At least 0, below 1. */
  fraction(): number;
}

export const systemRandom: Random = {
  // `randomUUID` exists only in secure contexts; a page served over plain HTTP in a local network has none.
  id: () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(''),
  fraction: () => Math.random(),
};
