import type {RecordingObserver} from '@parley/media';
import {Counter, Gauge, type Registry} from 'prom-client';
import {ClosedCounter} from './closed-labels.js';

/** Metrics of the recordings that this node writes. */
export function recordingMetrics(registry: Registry): RecordingObserver {
  const registers = [registry];
  const calls = new Gauge({name: 'parley_recordings', help: 'Calls that this node records.', registers});
  const tracks = new Gauge({name: 'parley_recording_tracks', help: 'Tracks that this node records.', registers});
  const ended = new ClosedCounter(registry, {
    name: 'parley_recordings_ended_total',
    help: 'Parts of recordings that ended, by the reason: `interrupted` with the server, found after its next start.',
    labels: {how: ['stopped', 'diskFull', 'tooLong', 'tooLarge', 'interrupted']},
  });
  const missed = new Counter({
    name: 'parley_recording_tracks_missed_total',
    help: 'Tracks of which nothing, or nothing more, was recorded.',
    registers,
  });
  const mixed = new ClosedCounter(registry, {
    name: 'parley_recordings_mixed_total',
    help: 'Parts of recordings whose tracks were mixed to one file, or could not be.',
    labels: {result: ['made', 'failed']},
  });
  const stored = new ClosedCounter(registry, {
    name: 'parley_recordings_stored_total',
    help: 'Parts of recordings that were put into the store, and tries that failed.',
    labels: {result: ['kept', 'failed']},
  });
  const unfinished = new Gauge({
    name: 'parley_recordings_unfinished',
    help: 'Parts of recordings that are to be mixed or stored yet.',
    registers,
  });
  return {
    recording: (callCount, trackCount) => {
      calls.set(callCount);
      tracks.set(trackCount);
    },
    ended: (how) => {
      ended.add({how});
    },
    trackMissed: () => {
      missed.inc();
    },
    mixed: (result) => {
      mixed.add({result});
    },
    stored: (result) => {
      stored.add({result});
    },
    unfinished: (parts) => {
      unfinished.set(parts);
    },
  };
}
