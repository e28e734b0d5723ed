import type {Browser, Page} from 'playwright-core';

/** A page of nothing but the browser's own WebRTC. */
export class BarePage {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** @param url where a page may use the microphone: only who may is told the addresses */
  static async open(browser: Browser, url: string): Promise<BarePage> {
    const context = await browser.newContext({bypassCSP: true});
    const page = await context.newPage();
    await page.goto(url);
    await page.evaluate(() => navigator.mediaDevices.getUserMedia({audio: true}));
    return new BarePage(page);
  }

  /** How long it takes from now until a new connection is given a candidate of this address, in milliseconds. */
  async knows(address: string): Promise<number> {
    return this.#page.evaluate(async (wanted) => {
      const candidates = async (): Promise<string[]> => {
        const connection = new RTCPeerConnection();
        const found: string[] = [];
        connection.addEventListener('icecandidate', ({candidate}) => found.push(candidate?.address ?? ''));
        connection.createDataChannel('probe');
        await connection.setLocalDescription(await connection.createOffer());
        await new Promise((resolve) => setTimeout(resolve, 50));
        connection.close();
        return found;
      };
      const from = performance.now();
      while (!(await candidates()).includes(wanted)) if (performance.now() - from > 20_000) return Infinity;
      return performance.now() - from;
    }, address);
  }

  async close(): Promise<void> {
    await this.#page.context().close();
  }
}
