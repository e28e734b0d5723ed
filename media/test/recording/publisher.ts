import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createWorker, type types} from 'mediasoup';
import type {TapSource} from '../../src/recording/track-recording.js';
import {openTap} from '../../src/recording/tap.js';

export const ffmpeg = process.env['PARLEY_FFMPEG_BIN'] ?? 'ffmpeg';

const host = '127.0.0.1';
const codecs = {
  vp8: {mimeType: 'video/VP8', payloadType: 96, encoder: ['libvpx', '-deadline', 'realtime', '-cpu-used', '8']},
  h264: {mimeType: 'video/H264', payloadType: 97, encoder: ['libx264', '-preset', 'ultrafast', '-tune', 'zerolatency']},
} as const;
const h264Settings = {'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1};

/** Publishes to a media worker what looks and sounds alike: every second a white picture and a tone, for 200 ms. It may be ended twice. */
export interface Publisher extends AsyncDisposable {
  readonly source: TapSource;
  readonly video: types.Producer;
  readonly audio: types.Producer;
}

export async function publish(codec: keyof typeof codecs = 'vp8'): Promise<Publisher> {
  const {mimeType, payloadType, encoder} = codecs[codec];
  const settings = codec === 'h264' ? h264Settings : {};
  const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
  const worker = await createWorker({logLevel: 'none', ...(workerBin !== undefined && {workerBin})});
  const router = await worker.createRouter({
    mediaCodecs: [
      {kind: 'video', mimeType, clockRate: 90_000, parameters: settings},
      {kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2},
    ],
  });
  const place = (): Promise<types.PlainTransport> =>
    router.createPlainTransport({listenInfo: {protocol: 'udp', ip: host}, rtcpMux: false, comedia: true});
  const [videoPlace, audioPlace] = [await place(), await place()];
  const video = await videoPlace.produce({
    kind: 'video',
    rtpParameters: {
      codecs: [{mimeType, payloadType, clockRate: 90_000, parameters: settings}],
      encodings: [{ssrc: 1_111}],
    },
  });
  const audio = await audioPlace.produce({
    kind: 'audio',
    rtpParameters: {
      codecs: [{mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2}],
      encodings: [{ssrc: 2_222}],
    },
  });
  const to = ({tuple, rtcpTuple}: types.PlainTransport): string =>
    `rtp://${host}:${tuple.localPort}?rtcpport=${rtcpTuple?.localPort ?? 0}`;
  const picture = "color=c=white:s=320x180:r=25,drawbox=c=black:t=fill:enable='gte(mod(t,1),0.2)'";
  const tone = "aevalsrc='if(lt(mod(t,1),0.2),0.5*sin(2*PI*880*t),0)':s=48000";
  const sender = spawn(
    ffmpeg,
    [
      ...['-nostdin', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', picture, '-re', '-f', 'lavfi', '-i', tone],
      ...['-map', '0:v', '-c:v', ...encoder, '-pix_fmt', 'yuv420p', '-b:v', '300k', '-g', '12'],
      ...['-ssrc', '1111', '-payload_type', String(payloadType), '-f', 'rtp', to(videoPlace)],
      ...['-map', '1:a', '-c:a', 'libopus', '-ac', '2'],
      ...['-ssrc', '2222', '-payload_type', '100', '-f', 'rtp', to(audioPlace)],
    ],
    {stdio: 'ignore'},
  );
  const over = once(sender, 'close');
  const producers = new Map([video, audio].map((producer) => [producer.id, producer]));
  return {
    video,
    audio,
    source: {
      tap: (id, ports) => {
        const producer = producers.get(id);
        return producer === undefined
          ? Promise.reject(new Error('no such producer'))
          : openTap(router, producer, ports);
      },
    },
    [Symbol.asyncDispose]: async () => {
      sender.kill('SIGKILL');
      await over;
      worker.close();
    },
  };
}
