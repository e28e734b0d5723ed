import {access, mkdir, mkdtemp, readFile, rm, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {MediaClock} from '../clock.js';
import {Finishing} from './finishing.js';
import {readList, writeList, type RecordingList} from './recording-list.js';
import type {RecordingStore} from './recording-store.js';

const part = 'den-2026-05-04/part-1';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-finishing-'));
  await mkdir(join(folder, part), {recursive: true});
  await writeFile(join(folder, part, '001-ada-microphone.webm'), 'sound');
  await writeList(join(folder, part), list);
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const list: RecordingList = {
  recording: 'den-2026-05-04',
  part: 1,
  gapMs: null,
  call: 'den',
  startedAt: 1_000,
  zeroAt: 1_000,
  stoppedAt: null,
  ended: null,
  tracks: [],
  missing: [],
  mixed: null,
};

/** What is looked for at once is found without timers. */
const clock: MediaClock = {
  now: () => 0,
  after: () => ({cancel: () => undefined}),
  every: () => ({cancel: () => undefined}),
};
const logger = {info: () => undefined, warn: () => undefined, error: () => undefined};

class Store implements RecordingStore {
  readonly kept = new Map<string, string>();
  away = false;
  tries = 0;

  async put(name: string, file: string): Promise<void> {
    this.tries += 1;
    if (this.away) throw new Error('the store is away');
    this.kept.set(name, await readFile(file, 'utf8'));
  }
}

const start = (store?: Store): Finishing =>
  new Finishing({folder, ffmpeg: 'none', mixedHeight: 180, clock, logger, observer: undefined, store});

/** As a server leaves it that was killed two minutes ago. */
async function leave({unfinished}: Finishing): Promise<void> {
  await unfinished.note(part);
  const long = new Date(Date.now() - 120_000);
  await utimes(join(folder, '.unfinished', part.replace('/', '~')), long, long);
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

test('[CALL41] what a server left that was killed is finished by the next, and says that it was interrupted', async () => {
  const before = start();
  await leave(before);
  await before.close();
  const after = start();
  await expect.poll(async () => (await readList(join(folder, part))).ended).toBe('interrupted');
  await expect.poll(() => after.unfinished.abandoned()).toEqual([]);
  await after.close();
});

test('[CALL41] files stay until the store has all of them, the list last, and are put again when it is back', async () => {
  const store = new Store();
  store.away = true;
  const finishing = start(store);
  await leave(finishing);
  finishing.add(part);
  await expect.poll(() => store.tries).toBe(1);
  await finishing.close();
  expect(await isThere(join(folder, part, '001-ada-microphone.webm'))).toBe(true);
  store.away = false;
  await leave(finishing);
  const next = start(store);
  await expect.poll(() => isThere(join(folder, part))).toBe(false);
  await next.close();
  expect([...store.kept.keys()]).toEqual([`${part}/001-ada-microphone.webm`, `${part}/recording.json`]);
  expect(store.kept.get(`${part}/001-ada-microphone.webm`)).toBe('sound');
  expect(await next.unfinished.abandoned()).toEqual([]);
});
