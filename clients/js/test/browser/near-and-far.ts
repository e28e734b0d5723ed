import type {Browser} from 'playwright-core';
import {spawnNode, type SpawnedNode} from '../../../../server/test/spawn-node.js';
import type {ShapedLink} from '../shaped-link.js';
import {BarePage} from './bare-page.js';
import {bundleCallPage, Caller, launch} from './caller.js';

/** A node with media, a browser beside it, and one whose only way to it is a link. */
export class NearAndFar implements AsyncDisposable {
  readonly #node: SpawnedNode;
  readonly #script: string;
  readonly #browsers: readonly [near: Browser, far: Browser];

  /** @param microphone What both hear all the time; Chromium's own beeps unless given. */
  static async open(link: ShapedLink, {microphone}: {microphone?: string} = {}): Promise<NearAndFar> {
    const node = await spawnNode({
      PARLEY_HOST: link.address,
      PARLEY_MEDIA_WORKERS: '1',
      PARLEY_MEDIA_PORT: '0',
      MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
    });
    const browser = {
      flags: [`--unsafely-treat-insecure-origin-as-secure=${node.url}`],
      ...(microphone !== undefined && {microphone}),
    };
    const program = link.inside(process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium');
    const browsers = await Promise.allSettled([launch(browser), launch({...browser, program})]);
    const opened = browsers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const [near, far] = opened;
    if (near !== undefined && far !== undefined) return new NearAndFar(node, await bundleCallPage(), [near, far]);
    await Promise.all(opened.map((one) => one.close()));
    await node[Symbol.asyncDispose]();
    throw new Error('A browser did not start.');
  }

  private constructor(node: SpawnedNode, script: string, browsers: readonly [Browser, Browser]) {
    this.#node = node;
    this.#script = script;
    this.#browsers = browsers;
  }

  /** Bob beside the node and Ada far from it, who see each other. */
  async meet(): Promise<{readonly bob: Caller; readonly ada: Caller}> {
    const [near, far] = this.#browsers;
    const bob = await Caller.enter(near, this.#script, this.#node.url, await this.#node.token('bob'));
    const ada = await Caller.enter(far, this.#script, this.#node.url, await this.#node.token('ada'));
    await Promise.all([ada.sees(), bob.sees()]);
    return {bob, ada};
  }

  /** Somebody else beside the node. */
  async join(user: string): Promise<Caller> {
    return Caller.enter(this.#browsers[0], this.#script, this.#node.url, await this.#node.token(user));
  }

  /** A page far from the node that has nothing of it but its origin. */
  bare(): Promise<BarePage> {
    return BarePage.open(this.#browsers[1], this.#node.url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser.close()));
    await this.#node[Symbol.asyncDispose]();
  }
}
