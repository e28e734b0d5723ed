import {expect} from 'vitest';
import type {Page} from 'playwright-core';
import type {Tab, TabOptions, TestBrowser} from './browser.js';

/** What a person does on the page. Everything is found as people find it: by its role, its label or its place. */
export interface Person extends AsyncDisposable {
  readonly tab: Tab;
  readonly page: Page;
  say(text: string): Promise<void>;
  /** Waits until a message of this text is shown as sent. */
  sees(text: string): Promise<void>;
  /** The texts of all messages, in the order in which they are shown. */
  texts(): Promise<string[]>;
  /** From the room into its call, with whatever devices there are. */
  joinCall(): Promise<void>;
}

export async function enter(browser: TestBrowser, url: string, name: string, options?: TabOptions): Promise<Person> {
  const address = new URL(url);
  address.searchParams.set('name', name);
  return at(await browser.open(address.href, options));
}

/** Comes in with a token of the application, instead of by a name. */
export async function enterWithToken(
  browser: TestBrowser,
  url: string,
  token: string,
  options?: TabOptions,
): Promise<Person> {
  const tab = await browser.open(url, options);
  await tab.page.getByRole('button', {name: 'I have a token'}).click();
  await tab.page.getByTestId('token').fill(token);
  await tab.page.getByTestId('token').press('Tab');
  await tab.page.keyboard.press('Enter');
  return at(tab);
}

async function at(tab: Tab): Promise<Person> {
  const {page} = tab;
  await page.getByTestId('composer').waitFor();
  return {
    tab,
    page,
    say: async (text) => {
      await page.getByTestId('composer').fill(text);
      await page.getByTestId('composer').press('Enter');
    },
    sees: async (text) => {
      await page.locator('[data-testid=message][data-delivery=sent]').filter({hasText: text}).first().waitFor();
    },
    texts: () => page.locator('.message__text').allInnerTexts(),
    joinCall: async () => {
      await page.getByTestId('open-call').click();
      await page.getByTestId('join-call').click();
      await page.getByTestId('stage').waitFor();
    },
    [Symbol.asyncDispose]: () => tab[Symbol.asyncDispose](),
  };
}

/** So much more of both has been decoded than when this was called: media flows. */
export async function mediaFlows({tab}: Person, {videoFrames = 20, audioSamples = 24_000} = {}): Promise<void> {
  const before = await tab.decoded();
  await eventually(async () => (await tab.decoded()).videoFrames - before.videoFrames).toBeGreaterThan(videoFrames);
  await eventually(async () => (await tab.decoded()).audioSamples - before.audioSamples).toBeGreaterThan(audioSamples);
}

/** Waits until a value is as expected: `await eventually(() => count()).toBe(2)`. */
export const eventually = <T>(read: () => T): ReturnType<typeof expect.poll<T>> => expect.poll(read, {timeout: 30_000});

/** Nothing went wrong that a person cannot see. */
export function expectNoProblems(...people: readonly (Person | Tab)[]): void {
  for (const one of people) expect('tab' in one ? one.tab.problems : one.problems).toEqual([]);
}
