import {chromium, type Browser, type BrowserContext, type Page} from 'playwright-core';

/**
 * A real Chromium with tabs that belong to different people.
 *
 * Tests read the page as a person does, by roles and test ids. What a person cannot see — console errors, violations of
 * the Content-Security-Policy, decoded frames — is collected here.
 */

/** What the browser does when a page asks for camera and microphone. */
export type Devices =
  /** A synthetic camera and microphone; every request is granted. */
  | 'fake'
  /** The same devices; every request is refused, as by a person who clicks "Block". */
  | 'denied'
  /** No camera and no microphone at all. */
  | 'absent';

export interface BrowserOptions {
  readonly devices?: Devices;
  /** What the synthetic camera shows: a file in YUV4MPEG2. */
  readonly camera?: string;
  /** What the synthetic microphone hears, over and over: a WAVE file. */
  readonly microphone?: string;
}

export interface TabOptions {
  readonly viewport?: {readonly width: number; readonly height: number};
  readonly colorScheme?: 'light' | 'dark';
  /** Device pixels per CSS pixel; more than 1 for sharp pictures. */
  readonly scale?: number;
  /** What is done to the page before it is loaded. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** What was decoded in a tab, over all of its peer connections. Both only ever rise while media flows. */
export interface Decoded {
  readonly videoFrames: number;
  /** Samples of received audio that were played out, without those made up to conceal loss. */
  readonly audioSamples: number;
}

/** One tab in a profile of its own, so that its storage and cookies are one person's. */
export interface Tab extends AsyncDisposable {
  readonly page: Page;
  /** Uncaught errors and console errors so far; Chromium reports violations of the Content-Security-Policy as the latter. */
  readonly problems: readonly string[];
  /** Frames and samples decoded so far. */
  decoded(): Promise<Decoded>;
}

export interface TestBrowser extends AsyncDisposable {
  open(url: string, options?: TabOptions): Promise<Tab>;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  // Screen sharing without its picker; addresses instead of mDNS names, which nobody resolves on a server.
  '--auto-accept-this-tab-capture',
  '--auto-select-desktop-capture-source=Entire screen',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

const deviceFlags: Record<Devices, readonly string[]> = {
  fake: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  denied: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream=deny'],
  absent: ['--use-fake-ui-for-media-stream'],
};

/** Starts Chromium; `CHROMIUM_BIN` names another binary than the system's. */
export async function launchBrowser({devices = 'fake', camera, microphone}: BrowserOptions = {}): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
    args: [
      ...flags,
      ...deviceFlags[devices],
      ...(camera === undefined ? [] : [`--use-file-for-fake-video-capture=${camera}`]),
      ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}`]),
    ],
  });
  return {
    open: (url, tabOptions = {}) => openTab(browser, url, tabOptions),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function openTab(browser: Browser, url: string, options: TabOptions): Promise<Tab> {
  const context = await browser.newContext({
    viewport: options.viewport ?? {width: 1280, height: 800},
    colorScheme: options.colorScheme ?? 'light',
    deviceScaleFactor: options.scale ?? 1,
  });
  await instrument(context);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  await options.prepare?.(page);
  await page.goto(url);
  return {page, problems, decoded: () => decoded(page), [Symbol.asyncDispose]: () => context.close()};
}

interface Instrumented {
  parleyTestPeers?: RTCPeerConnection[];
}

/** Runs in the page before its own scripts: keeps its peer connections in reach. */
async function instrument(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const peers: RTCPeerConnection[] = [];
    (window as Instrumented).parleyTestPeers = peers;
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        peers.push(this);
      }
    };
  });
}

function decoded(page: Page): Promise<Decoded> {
  // No function inside: compilers that keep functions' names call a helper of theirs, which the page does not have.
  return page.evaluate(async () => {
    const total = {videoFrames: 0, audioSamples: 0};
    for (const peer of (window as Instrumented).parleyTestPeers ?? []) {
      if (peer.connectionState === 'closed') continue;
      for (const stat of (await peer.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (stat['type'] !== 'inbound-rtp') continue;
        total.videoFrames += Number(stat['framesDecoded'] ?? 0);
        total.audioSamples += Number(stat['totalSamplesReceived'] ?? 0) - Number(stat['concealedSamples'] ?? 0);
      }
    }
    return total;
  });
}
