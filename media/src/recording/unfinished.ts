import {mkdir, readdir, rm, stat, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

/** Who has written nothing for so long is not there any more. */
const abandonedMs = 60_000;

/**
 * Which parts of recordings are not finished yet, noted on the disk: what a server leaves when it is killed is finished by
 * the next that has the folder. Several nodes may have one folder; while a part is recorded its note is kept fresh.
 */
export class Unfinished {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, '.unfinished');
  }

  async note(part: string): Promise<void> {
    await mkdir(this.#folder, {recursive: true});
    await writeFile(this.#pathOf(part), '');
  }

  /** It is still worked on. */
  async refresh(part: string): Promise<void> {
    const now = new Date();
    await utimes(this.#pathOf(part), now, now);
  }

  async forget(part: string): Promise<void> {
    await rm(this.#pathOf(part), {force: true});
  }

  /** Parts that nobody has worked on for a minute. */
  async abandoned(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const old = await Promise.all(
      names.map(async (name) => {
        const {mtimeMs} = await stat(join(this.#folder, name)).catch(() => ({mtimeMs: Infinity}));
        return Date.now() - mtimeMs > abandonedMs;
      }),
    );
    return names.filter((_, index) => old[index]).map((name) => name.replace('~', '/'));
  }

  #pathOf(part: string): string {
    return join(this.#folder, part.replace('/', '~'));
  }
}
