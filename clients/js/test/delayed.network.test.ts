import type {Browser} from 'playwright-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {spawnNode, type SpawnedNode} from '../../../server/test/spawn-node.js';
import {bundleCallPage, Caller, launch} from './browser/caller.js';
import {Speech} from './browser/speech.js';
import {eventually} from './clients.js';
import type {Path} from './delay-line.js';
import {UdpRelay} from './udp-relay.js';

let browser: Browser;
let script: string;
let speech: Speech;

beforeAll(async () => {
  speech = await Speech.write();
  // Of paths they say as much as the usual 20 pictures a second, and cost half.
  const flags = ['--use-fake-device-for-media-stream=fps=10'];
  [script, browser] = await Promise.all([bundleCallPage(), launch({microphone: speech.file, flags})]);
});
afterAll(async () => {
  await browser.close();
  await speech[Symbol.asyncDispose]();
});

/** Which datagrams take longer, and which are lost. */
const seed = Number(process.env['PARLEY_RELAY_SEED'] ?? 20_261);

/** A node whose media goes by a relay. */
class FarNode implements AsyncDisposable {
  readonly relay: UdpRelay;
  readonly #node: SpawnedNode;

  static async start(path: Path): Promise<FarNode> {
    const relay = await UdpRelay.open(path, seed);
    const node = await spawnNode({
      PARLEY_MEDIA_WORKERS: '1',
      PARLEY_MEDIA_LISTEN_IP: '127.0.0.1',
      PARLEY_MEDIA_PORT: String(relay.port),
      PARLEY_MEDIA_ANNOUNCED_ADDRESS: relay.address,
      MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
    });
    return new FarNode(node, relay);
  }

  private constructor(node: SpawnedNode, relay: UdpRelay) {
    this.#node = node;
    this.relay = relay;
  }

  /** Two who see each other, and hum all the time. */
  async meet(): Promise<readonly Caller[]> {
    const enter = async (user: string): Promise<Caller> =>
      Caller.enter(browser, script, this.#node.url, await this.#node.token(user));
    const both = [await enter('ada'), await enter('bob')];
    await Promise.all(both.map((one) => one.sees()));
    return both;
  }

  /** How often the way to somebody and back was measured so far. */
  async measures(): Promise<number> {
    const metrics = await (await fetch(`${this.#node.opsUrl}/metrics`)).text();
    return Number(/^parley_media_round_trip_seconds_count (\d+)$/m.exec(metrics)?.[1] ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node[Symbol.asyncDispose]();
    await this.relay[Symbol.asyncDispose]();
  }
}

const every = async (callers: readonly Caller[], holds: (caller: Caller) => Promise<boolean>): Promise<boolean> =>
  (await Promise.all(callers.map(holds))).every(Boolean);

const isTold = async (caller: Caller, reason: string): Promise<boolean> =>
  (await caller.quality())?.includes(reason) ?? false;

/** Neither path was found broken, and no call was lost. */
async function keptTheirMedia(callers: readonly Caller[]): Promise<void> {
  for (const one of callers)
    expect(['connected', 'signaling']).toEqual(expect.arrayContaining([...new Set(await one.states())]));
}

const silencesMs = async (callers: readonly Caller[]): Promise<number[]> =>
  (await Promise.all(callers.map((one) => one.longestSilence()))).map(Math.round);

/** A machine that is too busy is itself far away, for as long as it is. */
const patientMs = 120_000;
const timeout = 300_000;

test(
  '[CALL22] [CALL25] 150 ms and some jitter from the node two see and hear each other, with every twentieth packet lost they go on, and both are told why it is no better',
  {timeout},
  async () => {
    await using far = await FarNode.start({delayMs: 150, jitterMs: 30, overtaking: true});
    const both = await far.meet();
    let roundTrips: readonly number[] = [];
    await eventually(async () => {
      roundTrips = (await Promise.all(both.map((one) => one.roundTrips()))).flat();
      return roundTrips.length === 4;
    }, 'the paths of both, each way');
    // Nothing has found a way around the relay.
    expect(Math.min(...roundTrips)).toBeGreaterThan(240);

    await Promise.all(both.map((one) => one.listen()));
    await eventually(() => every(both, (one) => isTold(one, 'delay')), 'word of the delay', patientMs);
    await Promise.all(both.map((one) => one.sees()));
    const silentMs = await silencesMs(both);
    far.relay.become({delayMs: 150, jitterMs: 30, overtaking: true, lost: 5});
    await eventually(() => every(both, (one) => isTold(one, 'downlink')), 'word of the loss', patientMs);
    await Promise.all(both.map((one) => one.sees()));
    const lossyMs = await silencesMs(both);
    const widths = await Promise.all(both.map((one) => one.width()));
    const lateMs = Math.round(far.relay.lateMs);
    console.log(JSON.stringify({seed, roundTrips: roundTrips.map(Math.round), widths, silentMs, lossyMs, lateMs}));
    expect(Math.max(...lossyMs)).toBeLessThan(1_000 + lateMs);
    await keptTheirMedia(both);
  },
);

test(
  '[CALL25] a delay that rises to 400 ms during a call is told and taken back, sound goes on, and nothing is made anew',
  {timeout},
  async () => {
    await using far = await FarNode.start({delayMs: 50});
    const both = await far.meet();
    const made = await Promise.all(both.map((one) => one.made()));
    const measures = await far.measures();
    // Twice for each of them, which would be enough to tell; what it took them to join a busy machine is taken back.
    await eventually(async () => (await far.measures()) >= measures + 4, 'measures of a short path');
    const isQuick = (): Promise<boolean> => every(both, async (one) => !(await isTold(one, 'delay')));
    await eventually(isQuick, 'no word of the delay', patientMs);

    await Promise.all(both.map((one) => one.listen()));
    const turn = async (delayMs: number, reached: () => Promise<boolean>): Promise<number> => {
      far.relay.become({delayMs});
      const from = performance.now();
      const goOn = both.map((one) => one.sees());
      await Promise.all([eventually(reached, `word of ${delayMs} ms`, patientMs), ...goOn]);
      return Math.round(performance.now() - from);
    };
    const toldAfterMs = await turn(400, () => every(both, (one) => isTold(one, 'delay')));
    const roundTrips = (await Promise.all(both.map((one) => one.roundTrips()))).flat().map(Math.round);
    const takenBackAfterMs = await turn(50, isQuick);
    const silentMs = await silencesMs(both);
    const lateMs = Math.round(far.relay.lateMs);
    console.log(JSON.stringify({seed, toldAfterMs, roundTrips, takenBackAfterMs, silentMs, lateMs}));
    expect(Math.max(...silentMs)).toBeLessThan(1_000 + lateMs);
    expect(await Promise.all(both.map((one) => one.made()))).toEqual(made);
    await keptTheirMedia(both);
  },
);
