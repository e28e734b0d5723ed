import {expect, test} from 'vitest';
import {WorkerWatch} from '../../../media/test/worker-watch.js';
import {eventually} from '../eventually.js';
import {Caller} from './caller.js';
import {startMediaNode} from './media-node.js';

/** What a scrape says, by series. */
async function scrape(url: string): Promise<Readonly<Record<string, number>>> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n').filter((line) => line.startsWith('parley_'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

test('[OPS4] what the media holds is shown by state soon, and the death of a worker is counted', async () => {
  using watch = new WorkerWatch();
  await using node = await startMediaNode();
  expect(await scrape(node.opsUrl)).toMatchObject({
    'parley_media_transports{direction="send",state="new"}': 0,
    'parley_media_worker_cpu_ratio{worker="0"}': 0,
  });
  await using ann = await Caller.connect(node, 'ann');
  await using bob = await Caller.connect(node, 'bob');
  const {send} = await ann.enter();
  await bob.enter();
  await ann.publish(send, 'camera');
  await ann.publish(send, 'microphone', {paused: true});
  await bob.confirm(await bob.offered(2));
  const video = 'parley_media_producers{kind="video",state="live"}';
  await eventually(async () => (await scrape(node.opsUrl))[video] === 1, 'the next sample');
  expect(await scrape(node.opsUrl)).toMatchObject({
    'parley_media_producers{kind="audio",state="live"}': 0,
    'parley_media_producers{kind="audio",state="paused"}': 1,
    'parley_media_consumers{kind="video",state="live"}': 1,
    'parley_media_consumers{kind="audio",state="paused"}': 1,
    // No packet was sent of it yet.
    'parley_media_video_layers{layer="none"}': 1,
    'parley_media_transports{direction="send",state="new"}': 2,
    'parley_media_transports{direction="receive",state="new"}': 2,
    parley_calls_begun_total: 1,
    parley_media_worker_deaths_total: 0,
  });
  process.kill(watch.workers[0]!.pid, 'SIGKILL');
  await eventually(async () => (await scrape(node.opsUrl))['parley_calls_ended_total{how="lost"}'] === 1, 'the loss');
  expect(await scrape(node.opsUrl)).toMatchObject({parley_media_worker_deaths_total: 1, parley_call_peers: 0});
});
