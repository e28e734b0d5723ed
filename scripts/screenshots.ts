import {mkdtemp, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {createApp, makeConfig, type App} from '@parley/server';
import type {Page} from 'playwright-core';
import {launchBrowser, type Tab, type TabOptions} from '../clients/web/test/browser.js';
import {film, type Portrait} from './screenshots/portrait.js';

/**
 * Takes the pictures of the README: `npm run screenshots`. Starts a node with the built page, lets a few people talk
 * and call, and writes docs/images. Calls need `MEDIASOUP_WORKER_BIN`.
 */
const images = fileURLToPath(new URL('../docs/images/', import.meta.url));
const mostBytes = 300_000;

const portraits = {
  ada: {skin: [226, 178, 150], hair: [74, 48, 40], top: [38, 112, 104], wall: [196, 206, 202], longHair: true, lean: 0},
  bo: {
    skin: [245, 208, 182],
    hair: [201, 156, 92],
    top: [66, 84, 130],
    wall: [214, 203, 190],
    longHair: false,
    lean: 0.1,
  },
  chike: {
    skin: [124, 82, 62],
    hair: [34, 28, 30],
    top: [214, 150, 70],
    wall: [172, 188, 196],
    longHair: false,
    lean: -0.1,
  },
} as const satisfies Record<string, Portrait>;

const talk: readonly (readonly ['ada' | 'bo' | 'chike', string])[] = [
  ['bo', 'Morning! Has the new sign been ordered?'],
  ['chike', 'Yes, the shop pushes its progress into this room.'],
  ['chike', 'It comes with the parcel on Thursday.'],
  ['ada', 'Lovely.'],
  [
    'ada',
    'I will be on the train then. Could one of you take it in, and hold it up to the camera so that I can see it?',
  ],
  ['bo', 'Of course. Shall we have a call in five minutes?'],
];

type Who = keyof typeof portraits;

const names: Record<Who, string> = {ada: 'Ada', bo: 'Bo', chike: 'Chike'};
const room = 'lobby';

const folder = await mkdtemp(join(tmpdir(), 'parley-films-'));
try {
  // First of all, because drawing keeps the process busy, and the node lives in it too.
  for (const [who, portrait] of Object.entries(portraits)) await writeFile(join(folder, `${who}.y4m`), film(portrait));
  await using app = await createApp(
    makeConfig({
      ...process.env,
      PARLEY_PORT: '0',
      PARLEY_OPS_PORT: '0',
      PARLEY_MEDIA_PORT: '0',
      PARLEY_LOG_LEVEL: 'warn',
    }),
  );
  await using ada = await visit(app, 'ada', {scale: 1.5});
  await using bo = await visit(app, 'bo', {viewport: {width: 390, height: 780}, scale: 2, colorScheme: 'dark'});
  await using chike = await visit(app, 'chike');
  const people = {ada, bo, chike};

  await fill(app, people);
  await bo.page.getByTestId('composer').pressSequentially('I’ll bring the old one too, it is st');
  await ada.page.getByTestId('typing').filter({hasText: 'Bo'}).waitFor();
  await picture(ada, 'chat');
  await bo.page.getByTestId('composer').fill('');
  await picture(bo, 'phone');

  for (const person of [bo, chike, ada]) {
    await person.page.getByTestId('open-call').click();
    await person.page.getByTestId('join-call').click();
    await person.page.getByTestId('stage').waitFor();
  }
  await ada.page.locator('[data-testid=tile-person] video').nth(1).waitFor();
  await settled(ada);
  await picture(ada, 'call');
} finally {
  await rm(folder, {recursive: true});
}

interface Visitor extends AsyncDisposable {
  readonly page: Page;
  readonly tab: Tab;
}

/** Each in a browser of their own, because a browser has one camera. */
async function visit(app: App, who: Who, options: TabOptions = {}): Promise<Visitor> {
  const browser = await launchBrowser({camera: join(folder, `${who}.y4m`)});
  const tab = await browser.open(`${app.url}/?room=${room}&name=${names[who]}`, options);
  await tab.page.getByTestId('composer').waitFor();
  return {tab, page: tab.page, [Symbol.asyncDispose]: () => browser[Symbol.asyncDispose]()};
}

/** Rooms, messages and a push, so that there is something to see. */
async function fill(app: App, people: Record<Who, Visitor>): Promise<void> {
  for (const title of ['Design', 'Release 2.0', 'Support']) await createRoom(people.ada.page, title);
  await people.ada.page.getByTestId(`room-${room}`).click();
  await people.chike.page.reload();
  await people.chike.page.getByTestId('other-support').click();
  await say(people.chike.page, 'A customer asks for the export again.');
  await say(people.chike.page, 'I said next week.');
  await people.chike.page.getByTestId(`room-${room}`).click();
  for (const [who, text] of talk.slice(0, 2)) await say(people[who].page, text);
  await pushOrder(app);
  await people.ada.page.getByTestId('push-card').waitFor();
  for (const [who, text] of talk.slice(2)) await say(people[who].page, text);
}

async function createRoom(page: Page, title: string): Promise<void> {
  await page.getByTestId('new-room').click();
  await page.getByTestId('room-title').fill(title);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', {level: 1, name: title}).waitFor();
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
  await page.locator('[data-delivery=sent]').filter({hasText: text}).waitFor();
}

async function pushOrder(app: App): Promise<void> {
  const answer = await fetch(`${app.opsUrl}/v1/push`, {
    method: 'POST',
    headers: {authorization: 'Bearer dev-key', 'content-type': 'application/json'},
    body: JSON.stringify({
      target: {room},
      topic: 'order.shipped',
      data: {order: 42, carrier: 'Parcel post', 'arrives on': 'Thursday', parcels: 1},
      store: true,
    }),
  });
  if (!answer.ok) throw new Error(`The push was refused: ${await answer.text()}`);
}

/** Waits until pictures have come in and grown sharp. */
async function settled({tab}: Visitor): Promise<void> {
  const enough = (await tab.decoded()).videoFrames + 120;
  while ((await tab.decoded()).videoFrames < enough) await tab.page.waitForTimeout(100);
}

async function picture({page, tab}: Visitor, name: string): Promise<void> {
  if (tab.problems.length > 0) throw new Error(`The page has problems:\n${tab.problems.join('\n')}`);
  const path = join(images, `${name}.png`);
  await page.screenshot({path, caret: 'initial', animations: 'disabled'});
  const {size} = await stat(path);
  console.log(`${path}: ${Math.round(size / 1_000)} kB`);
  if (size > mostBytes) throw new Error(`${name}.png is larger than ${mostBytes} bytes.`);
}
