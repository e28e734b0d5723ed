import {readdir, stat, statfs} from 'node:fs/promises';
import {join} from 'node:path';

/** What is free on the disk of a folder. */
export async function freeBytesIn(folder: string): Promise<number> {
  const {bavail, bsize} = await statfs(folder);
  return bavail * bsize;
}

/** Of all files in a folder. */
export async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map((name) => sizeOfFile(join(folder, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** 0 if it is not there. */
export async function sizeOfFile(path: string): Promise<number> {
  return stat(path).then(
    ({size}) => size,
    () => 0,
  );
}
