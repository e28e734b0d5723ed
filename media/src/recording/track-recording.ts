import {join} from 'node:path';
import type {MediaClock} from '../clock.js';
import type {MediaLogger} from '../log.js';
import {fileKindOf, type FileKind} from './file-kind.js';
import type {FileWriter} from './file-writer.js';
import {FrameWriter} from './frame-writer.js';
import {freePortPair} from './port-pair.js';
import type {RecordedTrack, StartedTrack} from './recording-list.js';
import {SenderReports} from './sender-reports.js';
import {describeTrack} from './session-description.js';
import type {Tap, TapPorts} from './tap.js';
import {TrackStart} from './track-start.js';
import {TrackWriter} from './track-writer.js';

/** Whoever has the producers. */
export interface TapSource {
  tap(producer: string, ports: TapPorts): Promise<Tap>;
}

export interface TrackRecordingOptions {
  readonly track: RecordedTrack;
  readonly source: TapSource;
  readonly clock: MediaClock;
  readonly logger: MediaLogger;
  readonly ffmpeg: string;
  readonly folder: string;
  /** A name for the file, which ends so. */
  readonly nameFile: (extension: string) => string;
  /** It is written from now on, though nothing may have come yet. */
  readonly onBegan: (track: StartedTrack) => void;
  /** The first packet came. */
  readonly onFirst: () => void;
  readonly signal: AbortSignal;
}

/**
 * Writes one track to a file until it is closed or the signal says so; resolves when the file is finished. Rejects, with
 * the reason, if the file cannot be begun or ends before its track.
 */
export async function recordTrack(options: TrackRecordingOptions): Promise<void> {
  const {track, source, logger, folder, signal} = options;
  const port = await freePortPair();
  let start: TrackStart | undefined;
  const reports = await SenderReports.listen((mark) => start?.report(mark));
  try {
    const {transport, consumer} = await source.tap(track.producer, {rtp: port, rtcp: reports.port});
    try {
      const kind = fileKindOf(consumer.rtpParameters);
      const [codec] = consumer.rtpParameters.codecs;
      if (kind === undefined || codec === undefined)
        throw new Error(`${codec?.mimeType ?? 'a track without a codec'} cannot be recorded`);
      const started = new TrackStart(codec.clockRate);
      start = started;
      const file = options.nameFile(kind.extension);
      const onFirst = (rtpTimestamp: number): void => {
        started.begin(Date.now(), rtpTimestamp);
        options.onFirst();
      };
      const writer = await write({kind, consumer, port, file: join(folder, file), onFirst}, options);
      let cut = false;
      try {
        options.onBegan({...track, codec: codec.mimeType, file, start: started});
        await consumer.resume();
        cut = await Promise.race([closed(consumer, signal).then(() => false), writer.ended.then(() => true)]);
      } finally {
        transport.close();
        await writer.stop();
        if (writer.errors !== '') logger.warn({file, reason: writer.errors}, 'ffmpeg complained of a recording');
      }
      if (cut) throw new Error('ffmpeg ended before its track');
    } finally {
      transport.close();
    }
  } finally {
    reports.close();
  }
}

interface Writing {
  readonly kind: FileKind;
  readonly consumer: Tap['consumer'];
  readonly port: number;
  readonly file: string;
  /** What the file begins with came. */
  readonly onFirst: (rtpTimestamp: number) => void;
}

/** Resolves when what comes to the port will be written. */
async function write(
  {kind: {format, frames}, consumer, port, file, onFirst}: Writing,
  {ffmpeg, clock, track}: TrackRecordingOptions,
): Promise<FileWriter> {
  if (frames !== undefined) {
    const onLoss = (): void => {
      consumer.requestKeyFrame().catch(() => undefined);
    };
    return FrameWriter.listen({ffmpeg, clock, port, frames, format, file, onFirst, onLoss});
  }
  const description = describeTrack(track.kind, consumer.rtpParameters, port);
  const writer = await TrackWriter.start({ffmpeg, clock, port, description, format, file});
  try {
    await consumer.enableTraceEvent(['rtp']);
  } catch (thrown) {
    await writer.stop();
    throw thrown;
  }
  consumer.once('trace', ({info}) => {
    const rtpTimestamp = timestampIn(info);
    if (rtpTimestamp !== undefined) onFirst(rtpTimestamp);
    consumer.enableTraceEvent([]).catch(() => undefined);
  });
  return writer;
}

/** Of the packet that a worker's trace tells of. */
function timestampIn({rtpPacket: packet}: Record<string, unknown>): number | undefined {
  if (typeof packet !== 'object' || packet === null || !('timestamp' in packet)) return undefined;
  return typeof packet.timestamp === 'number' ? packet.timestamp : undefined;
}

function closed(consumer: Tap['consumer'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      signal.removeEventListener('abort', over);
      resolve();
    };
    consumer.observer.once('close', over);
    signal.addEventListener('abort', over);
    if (consumer.closed || signal.aborted) over();
  });
}
