import {randomUUID} from 'node:crypto';
import {readFileSync, renameSync, statSync, writeFileSync} from 'node:fs';
import {z} from 'zod';
import {mostKeys, storedKey, type StoredKey} from './stored-key.js';

const content = z.strictObject({version: z.literal(1), keys: z.array(storedKey).max(mostKeys)});

/** A file of keys cannot be read, or is none. The message is for whoever runs the node. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

/**
 * The keys of a file.
 *
 * @throws {KeyFileError}
 */
export function readKeyFile(file: string): StoredKey[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new KeyFileError(`the file ${file} cannot be read`, {cause});
  }
  try {
    return content.parse(JSON.parse(text)).keys;
  } catch (cause) {
    const [issue] = cause instanceof z.ZodError ? cause.issues : [];
    const where = issue === undefined ? 'it is no JSON' : `${issue.path.join('.')}: ${issue.message}`;
    throw new KeyFileError(`the file ${file} is no file of keys: ${where}`, {cause});
  }
}

/** Replaces the file in one step, so that a node that reads it has the old or the new keys. Only its owner may read it. */
export function writeKeyFile(file: string, keys: readonly StoredKey[]): void {
  replaceFile(file, `${JSON.stringify({version: 1, keys}, null, 2)}\n`);
}

const uses = z.strictObject({version: z.literal(1), uses: z.record(z.string(), z.number().int().min(0))});

/** When secrets of a file's keys were last used, as the node noted it beside the file; nothing if it did not, or cannot be read. */
export function readUseFile(file: string): ReadonlyMap<string, number> {
  try {
    return new Map(Object.entries(uses.parse(JSON.parse(readFileSync(useFile(file), 'utf8'))).uses));
  } catch {
    return new Map();
  }
}

/** Beside the file of the keys, which nodes need not be able to change. */
export function writeUseFile(file: string, noted: ReadonlyMap<string, number>): void {
  replaceFile(useFile(file), `${JSON.stringify({version: 1, uses: Object.fromEntries(noted)}, null, 2)}\n`);
}

const useFile = (file: string): string => `${file}.uses`;

function replaceFile(file: string, content: string): void {
  const next = `${file}.${randomUUID()}.new`;
  writeFileSync(next, content, {mode: 0o600});
  renameSync(next, file);
}

/** Differs whenever the file is another one; undefined if there is none. */
export function stampOf(file: string): string | undefined {
  const found = statSync(file, {throwIfNoEntry: false});
  return found && `${found.ino} ${found.mtimeMs} ${found.size}`;
}
