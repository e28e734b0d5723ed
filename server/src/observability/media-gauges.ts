import type {Tally, WorkerStatus} from '@parley/media';
import {Gauge, type Registry} from 'prom-client';

const degreeNumbers = {none: 0, fewer: 1, sound: 2, full: 3} as const;

/** Of the media of this node, what is counted from time to time. */
export interface MediaSource {
  readonly tally: Tally;
  readonly workers: readonly WorkerStatus[];
  readonly rooms: readonly {readonly pipes: number}[];
}

/**
 * Gauges of transports, tracks, layers and workers. They show what they were set to last: a scrape counts nothing, however
 * much there is.
 */
export function mediaGauges(registry: Registry): (media: MediaSource) => void {
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]): Gauge<Label> =>
    new Gauge({name, help, labelNames, registers: [registry]});
  const transports = gauge('parley_media_transports', 'WebRTC transports of this node’s calls, by state.', [
    'direction',
    'state',
  ]);
  const producers = gauge('parley_media_producers', 'Tracks that peers publish.', ['kind', 'state']);
  const consumers = gauge('parley_media_consumers', 'Tracks that peers are sent.', ['kind', 'state']);
  const layers = gauge(
    'parley_media_video_layers',
    'Consumers of layered video by the spatial layer that they are sent; none: the path carries no layer.',
    ['layer'],
  );
  const pipes = gauge(
    'parley_media_pipes',
    'Producers that are brought from worker to worker of this node (worker), and pipes to other nodes (node) by state.',
    ['kind', 'state'],
  );
  const cpu = gauge('parley_media_worker_cpu_ratio', 'What a media worker takes of a processor: at most 1.', [
    'worker',
  ]);
  const strain = gauge(
    'parley_media_worker_strain',
    'How much a media worker is spared: 0 nothing, 1 fewer videos, 2 sound only, 3 and nobody new.',
    ['worker'],
  );
  const load = gauge('parley_media_worker_load_ratio', 'The same with what is reserved for newcomers.', ['worker']);

  return ({tally, workers, rooms}) => {
    pipes.set(
      {kind: 'worker', state: 'connected'},
      rooms.reduce((sum, room) => sum + room.pipes, 0),
    );
    pipes.set({kind: 'node', state: 'connected'}, tally.hostPipes.connected);
    pipes.set({kind: 'node', state: 'new'}, tally.hostPipes.new);
    for (const [direction, states] of Object.entries(tally.transports))
      for (const [state, count] of Object.entries(states))
        if (state !== 'closed') transports.set({direction, state}, count);
    for (const [tracks, counts] of [
      [producers, tally.producers],
      [consumers, tally.consumers],
    ] as const)
      for (const [kind, states] of Object.entries(counts))
        for (const [state, count] of Object.entries(states)) tracks.set({kind, state}, count);
    for (const [layer, count] of Object.entries(tally.layers)) layers.set({layer}, count);
    workers.forEach((worker, index) => {
      cpu.set({worker: String(index)}, worker.cpu);
      strain.set({worker: String(index)}, degreeNumbers[worker.strain]);
      load.set({worker: String(index)}, worker.load);
    });
  };
}
