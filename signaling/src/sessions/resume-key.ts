import {createHash} from 'node:crypto';
import type {Ids, KeyHashes} from '../ports.js';

/** What the store keeps of a part of a key. A part has 256 bits of chance, so no salt and no stretching. */
const hash = (part: string): string => createHash('sha256').update(part).digest('hex');

const form = /^(\d{1,15})\.([^.]+)\.([^.]+)$/;

/**
 * What a session is resumed with, once; every connection is given another: `<generation>.<family>.<own>`.
 *
 * All keys of a session share their family. So an old one is told from a guess, however old it is, and nothing has to
 * be remembered of it. The generation is that of the connection which the key was given to: a store that came back with
 * older data does not take a newer key for an old one.
 */
export class ResumeKey {
  readonly #family: string;
  readonly #own: string;

  private constructor(family: string, own: string) {
    this.#family = family;
    this.#own = own;
  }

  /** The first of a new session. */
  static first(ids: Ids): ResumeKey {
    return new ResumeKey(ids.secret(), ids.secret());
  }

  /** Undefined if the text is none. */
  static read(text: string): {key: ResumeKey; generation: number} | undefined {
    const [, generation, family, own] = form.exec(text) ?? [];
    if (generation === undefined || family === undefined || own === undefined) return undefined;
    return {key: new ResumeKey(family, own), generation: Number(generation)};
  }

  /** Another of the same session. */
  next(ids: Ids): ResumeKey {
    return new ResumeKey(this.#family, ids.secret());
  }

  get hashes(): KeyHashes {
    return {family: hash(this.#family), own: hash(this.#own)};
  }

  /** As the client is given it, for the connection of this generation. */
  write(generation: number): string {
    return `${generation}.${this.#family}.${this.#own}`;
  }
}
