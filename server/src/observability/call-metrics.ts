import type {MediaObserver} from '@parley/media';
import type {HubObserver} from '@parley/signaling';
import {Counter, Gauge, Histogram, type Registry} from 'prom-client';
import {ClosedCounter, ClosedDurations} from './closed-labels.js';

type CallObserver = Pick<
  HubObserver,
  | 'callPeers'
  | 'callBegan'
  | 'callEnded'
  | 'callMediaBegan'
  | 'callPeerBack'
  | 'callPipeBroken'
  | 'callTransportReplaced'
>;

const firstMediaBucketsMs = [100, 200, 300, 500, 750, 1_000, 2_000, 3_000, 5_000, 10_000, 30_000];
const backBucketsMs = [100, 300, 1_000, 2_000, 3_000, 5_000, 10_000, 30_000, 60_000, 120_000];
const lossRatios = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
const roundTripsMs = [10, 25, 50, 100, 150, 200, 300, 500, 1_000, 2_000];

/** Metrics of calls: how they begin and end, how long people wait for media, and what the media carries. */
export function callMetrics(registry: Registry): {readonly hub: CallObserver; readonly media: MediaObserver} {
  const registers = [registry];
  const peers = new Gauge({name: 'parley_call_peers', help: 'Peers of the calls that this node runs.', registers});
  const began = new Counter({name: 'parley_calls_begun_total', help: 'Calls that began on this node.', registers});
  const ended = new ClosedCounter(registry, {
    name: 'parley_calls_ended_total',
    help: 'Calls that this node ran: `ended` by their people, `lost` with their worker or their lease.',
    labels: {how: ['ended', 'lost', 'moved']},
  });
  const firstMedia = new ClosedDurations(registry, {
    name: 'parley_call_first_media_seconds',
    help: 'From a peer’s join until media flows to it: of peers who joined while others sent.',
    labels: {},
    bucketsMs: firstMediaBucketsMs,
  });
  const back = new ClosedDurations(registry, {
    name: 'parley_call_resume_seconds',
    help: 'How long peers were gone, by signaling or media, who came back.',
    labels: {},
    bucketsMs: backBucketsMs,
  });

  const replaced = new ClosedCounter(registry, {
    name: 'parley_call_transports_replaced_total',
    help: 'Transports of peers that had failed and were replaced, with what was published or received by them.',
    labels: {direction: ['send', 'receive']},
  });
  const broken = new ClosedCounter(registry, {
    name: 'parley_call_pipes_broken_total',
    help: 'Pipes of calls between nodes that were made anew: their end was gone (`closed`), or nothing came through.',
    labels: {how: ['closed', 'blocked']},
  });
  const piped = new ClosedCounter(registry, {
    name: 'parley_media_pipe_bytes_total',
    help: 'What went between this node and others by pipes of calls, without the headers of UDP and IP; measured every 2 s.',
    labels: {direction: ['received', 'sent']},
  });

  const received = new Counter({
    name: 'parley_media_received_bytes_total',
    help: 'What came from peers, without the headers of UDP, TCP and IP; measured every 2.4 s.',
    registers,
  });
  const sent = new Counter({
    name: 'parley_media_sent_bytes_total',
    help: 'What went to peers, without the headers of UDP, TCP and IP; measured every 2.4 s.',
    registers,
  });
  const loss = new Histogram({
    name: 'parley_media_loss_ratio',
    help: 'Packets lost on the way from peers (send) and to them (receive), by transport, every 2 s.',
    labelNames: ['direction'],
    buckets: lossRatios,
    registers,
  });
  const roundTrip = new ClosedDurations(registry, {
    name: 'parley_media_round_trip_seconds',
    help: 'Between worker and peer, as peers that receive report it, every 2 s.',
    labels: {},
    bucketsMs: roundTripsMs,
  });
  const deaths = new Counter({name: 'parley_media_worker_deaths_total', help: 'Media workers that died.', registers});

  return {
    hub: {
      callPeers: (delta) => {
        peers.inc(delta);
      },
      callBegan: () => {
        began.inc();
      },
      callEnded: (how) => {
        ended.add({how});
      },
      callMediaBegan: (afterMs) => {
        firstMedia.observe({}, afterMs);
      },
      callTransportReplaced: (direction) => {
        replaced.add({direction});
      },
      callPipeBroken: (how) => {
        broken.add({how});
      },
      callPeerBack: (afterMs) => {
        back.observe({}, afterMs);
      },
    },
    media: {
      carried: (direction, {receivedBytes, sentBytes, loss: ratio, roundTripMs}) => {
        received.inc(receivedBytes);
        sent.inc(sentBytes);
        loss.observe({direction}, ratio);
        if (roundTripMs !== undefined) roundTrip.observe({}, roundTripMs);
      },
      piped: ({receivedBytes, sentBytes}) => {
        piped.add({direction: 'received'}, receivedBytes);
        piped.add({direction: 'sent'}, sentBytes);
      },
      workerDied: () => {
        deaths.inc();
      },
    },
  };
}
