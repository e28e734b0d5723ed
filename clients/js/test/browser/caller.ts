import {fileURLToPath} from 'node:url';
import type {ChannelOptions, View} from '@parley/client';
import {chromium, type Browser, type Page} from 'playwright-core';
import {build} from 'vite';
import {eventually} from '../clients.js';
import type {} from './call-page.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

/** The SDK and the page of a call as one script, made from the sources. */
export async function bundleCallPage(): Promise<string> {
  const entry = fileURLToPath(new URL('call-page.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'error',
    resolve: {conditions: ['source', 'module', 'browser', 'development|production']},
    build: {write: false, target: 'es2022', lib: {entry, formats: ['iife'], name: 'callPage'}},
  });
  const [output] = Array.isArray(built) ? built : [];
  const [chunk] = output?.output ?? [];
  if (chunk?.type !== 'chunk') throw new Error('The page was not built');
  return chunk.code;
}

/** @param options what the synthetic microphone hears, a WAVE file; further flags; another program that starts Chromium. */
export const launch = ({
  microphone,
  flags: more = [],
  program = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
}: {microphone?: string; flags?: readonly string[]; program?: string} = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: program,
    args: [...flags, ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}`]), ...more],
  });

/** Somebody in the call, in a tab with a profile of their own. */
export class Caller {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** @param options `relay`: media may go by a TURN server only; `codec`: the room's one, in a room of its own. */
  static async enter(
    browser: Browser,
    script: string,
    url: string,
    token: string,
    {relay = false, codec}: {relay?: boolean; codec?: 'VP8' | 'VP9' | 'H264' | 'AV1'} = {},
  ): Promise<Caller> {
    // The node's page forbids foreign scripts; here only its origin is wanted.
    const context = await browser.newContext({bypassCSP: true});
    const page = await context.newPage();
    await page.goto(relay ? `${url}/?relay` : url);
    await page.addScriptTag({content: script});
    await page.evaluate(([address, pass, name]) => globalThis.enterCall(address, pass, name), [
      url,
      token,
      codec,
    ] as const);
    return new Caller(page);
  }

  states(): Promise<readonly string[]> {
    return this.#page.evaluate(() => globalThis.page?.states ?? []);
  }

  others(): Promise<readonly string[]> {
    return this.#page.evaluate(() => globalThis.page?.others() ?? []);
  }

  session(): Promise<string | undefined> {
    return this.#page.evaluate(() => globalThis.page?.session);
  }

  track(): Promise<string | undefined> {
    return this.#page.evaluate(() => globalThis.page?.track());
  }

  paused(): Promise<boolean | undefined> {
    return this.#page.evaluate(() => globalThis.page?.paused());
  }

  /** How wide the picture is that comes of the other at present. */
  width(): Promise<number> {
    return this.#page.evaluate(() => globalThis.page?.width() ?? 0);
  }

  /** The same of all others. */
  widths(): Promise<readonly number[]> {
    return this.#page.evaluate(() => globalThis.page?.widths() ?? []);
  }

  videos(): Promise<readonly {name: string; starved: boolean; width: number; frames: number}[]> {
    return this.#page.evaluate(() => globalThis.page?.videos() ?? []);
  }

  share(): Promise<void> {
    return this.#page.evaluate(() => globalThis.page?.share());
  }

  setView(view: View): Promise<void> {
    return this.#page.evaluate((shown) => globalThis.page?.setView(shown), view);
  }

  paths(): Promise<readonly string[]> {
    return this.#page.evaluate(() => globalThis.page?.paths() ?? []);
  }

  roundTrips(): Promise<readonly number[]> {
    return this.#page.evaluate(() => globalThis.page?.roundTrips() ?? []);
  }

  made(): Promise<readonly string[]> {
    return this.#page.evaluate(() => globalThis.page?.made() ?? []);
  }

  decodedAs(): Promise<readonly string[]> {
    return this.#page.evaluate(() => globalThis.page?.decodedAs() ?? []);
  }

  soundLines(): Promise<readonly string[]> {
    return this.#page.evaluate(() => globalThis.page?.soundLines() ?? []);
  }

  async close(): Promise<void> {
    await this.#page.context().close();
  }

  /** Why the own connection is no better; undefined while it is good. */
  quality(): Promise<readonly string[] | undefined> {
    return this.#page.evaluate(() => globalThis.page?.quality());
  }

  breakConnections(): Promise<void> {
    return this.#page.evaluate(() => globalThis.page?.breakConnections());
  }

  changes(): Promise<readonly string[]> {
    return this.#page.evaluate(() => globalThis.page?.changes ?? []);
  }

  channelNews(): Promise<readonly string[]> {
    return this.#page.evaluate(() => globalThis.page?.channelNews ?? []);
  }

  layersSent(): Promise<number> {
    return this.#page.evaluate(() => globalThis.page?.layersSent() ?? 0);
  }

  /** How wide the largest picture is that is sent of the own camera; 0: none is. */
  widthSent(): Promise<number> {
    return this.#page.evaluate(() => globalThis.page?.widthSent() ?? 0);
  }

  /** Of that picture, how many are sent a second. */
  rateSent(): Promise<number> {
    return this.#page.evaluate(() => globalThis.page?.rateSent() ?? 0);
  }

  /** Who is heard, since the last time that this was asked. */
  heard(): Promise<readonly string[]> {
    return this.#page.evaluate(() => {
      const heard = [...(globalThis.page?.heard ?? [])];
      globalThis.page?.heard.clear();
      return heard;
    });
  }

  keyFramesAsked(): Promise<number> {
    return this.#page.evaluate(() => globalThis.page?.keyFramesAsked() ?? 0);
  }

  openChannel(label: string, options: ChannelOptions = {}): Promise<void> {
    return this.#page.evaluate(([name, how]) => globalThis.page?.openChannel(name, how), [label, options] as const);
  }

  reached(): Promise<readonly string[]> {
    return this.#page.evaluate(() => globalThis.page?.reached() ?? []);
  }

  /** Sends so many messages of that size on the channel opened last; 0 bytes: short texts. The most that ever waited. */
  send(count: number, bytes = 0): Promise<number> {
    return this.#page.evaluate(([many, size]) => globalThis.page?.send(many, size) ?? 0, [count, bytes] as const);
  }

  refusalOf(bytes: number): Promise<string | undefined> {
    return this.#page.evaluate((size) => globalThis.page?.refusalOf(size), bytes);
  }

  messages(): Promise<readonly string[]> {
    return this.#page.evaluate(() => globalThis.page?.messages ?? []);
  }

  speaker(): Promise<string | undefined> {
    return this.#page.evaluate(() => globalThis.page?.speaker);
  }

  listen(): Promise<void> {
    return this.#page.evaluate(() => globalThis.page?.listen());
  }

  longestSilence(): Promise<number> {
    return this.#page.evaluate(() => globalThis.page?.longestSilence() ?? 0);
  }

  /** Pauses the microphone, or lets it be heard again. */
  silence(silent: boolean): Promise<void> {
    return this.#page.evaluate((on) => globalThis.page?.silence(on), silent);
  }

  mute(muted: boolean): Promise<void> {
    return this.#page.evaluate((on) => globalThis.page?.mute(on), muted);
  }

  /** Waits until the other's camera shows 20 more frames than now. */
  async sees(): Promise<void> {
    const frames = (): Promise<number> => this.#page.evaluate(() => globalThis.page?.frames() ?? 0);
    let from = await frames();
    await eventually(async () => {
      const now = await frames();
      // A new track counts from 0.
      from = Math.min(from, now);
      return now >= from + 20;
    }, 'frames of the other');
  }
}
