import type {ListedTrack} from './recording-list.js';

const framesPerSecond = 25;
/** More videos than this at the same time are not shown. */
const mostVideos = 16;

export const mixFile = 'mixed.webm';

interface Placed extends ListedTrack {
  readonly offsetMs: number;
}

export interface MixPlan {
  readonly durationMs: number;
  /** What ffmpeg is told, within the folder of the tracks. */
  readonly arguments: readonly string[];
}

/**
 * How all tracks become one file: the videos in a grid that has as many places as there were videos at the same time, each
 * there as long as it lasts, and all sound together. Undefined if there is nothing to mix.
 *
 * @param untilMs how long the recording is: what has no known end lasts until then
 * @param height of the whole picture, in pixels; it is as wide as 16 to 9
 */
export function planMix(tracks: readonly ListedTrack[], untilMs: number, height = 720): MixPlan | undefined {
  const placed = tracks.filter((track): track is Placed => track.offsetMs !== null);
  const endOf = ({offsetMs, durationMs}: Placed): number => (durationMs === null ? untilMs : offsetMs + durationMs);
  const durationMs = Math.max(0, ...placed.map(endOf));
  const {places, count} = seat(
    placed.filter(({kind}) => kind === 'video'),
    endOf,
  );
  const sounds = placed.filter(({kind}) => kind === 'audio');
  const inputs = [...places.keys(), ...sounds];
  if (inputs.length === 0 || durationMs === 0) return undefined;
  const filters = [
    ...videoFilters([...places.values()], count, {durationMs, height}),
    ...soundFilters(places.size, sounds.length),
  ];
  return {
    durationMs,
    arguments: [
      ...inputs.flatMap(({kind, codec, offsetMs, file}) => [
        // Another size of picture must not begin the whole plan anew.
        ...(kind === 'video' ? ['-reinit_filter', '0'] : []),
        // ffmpeg's own decoder gives each layer as a picture.
        ...(codec === 'video/VP9' ? ['-c:v', 'libvpx-vp9'] : []),
        ...['-itsoffset', seconds(offsetMs), '-i', file],
      ]),
      ...['-filter_complex_threads', '1', '-filter_complex', filters.join(';')],
      ...(places.size > 0 ? ['-map', '[picture]', '-c:v', 'libvpx', '-b:v', '1500k', '-threads', '2'] : []),
      ...(places.size > 0 ? ['-deadline', 'realtime', '-cpu-used', '8', '-g', '125'] : []),
      ...(sounds.length > 0 ? ['-map', '[sound]', '-c:a', 'libopus', '-b:a', '96k'] : []),
      ...['-t', seconds(durationMs), '-f', 'webm'],
    ],
  };
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

/** Each video's place in the grid: one that was left is taken again. Those without a place are left out. */
function seat(
  videos: readonly Placed[],
  endOf: (track: Placed) => number,
): {readonly places: ReadonlyMap<Placed, number>; readonly count: number} {
  const freeAt: number[] = [];
  const places = new Map<Placed, number>();
  for (const video of [...videos].sort((one, other) => one.offsetMs - other.offsetMs)) {
    const left = freeAt.findIndex((at) => at <= video.offsetMs);
    const place = left === -1 ? freeAt.length : left;
    if (place === mostVideos) continue;
    freeAt[place] = endOf(video);
    places.set(video, place);
  }
  return {places, count: freeAt.length};
}

function videoFilters(
  places: readonly number[],
  count: number,
  {durationMs, height}: {readonly durationMs: number; readonly height: number},
): readonly string[] {
  if (places.length === 0) return [];
  const width = even((height * 16) / 9);
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const [w, h] = [even(width / columns), even(height / rows)];
  const canvas = `color=c=black:s=${width}x${height}:r=${framesPerSecond}:d=${seconds(durationMs)},format=yuv420p`;
  const layers = places.flatMap((place, index) => {
    const [x, y] = [(place % columns) * w, Math.floor(place / columns) * h];
    const fit = `scale=${w}:${h}:force_original_aspect_ratio=decrease`;
    const center = `pad=${w}:${h}:(ow-iw)/2:(oh-ih)/2:eval=frame`;
    const below = index === 0 ? canvas : `[p${index - 1}]null`;
    return [
      `${below}[b${index}]`,
      `[${index}:v]${fit},${center},setsar=1,format=yuv420p[v${index}]`,
      `[b${index}][v${index}]overlay=${x}:${y}:eof_action=pass:format=yuv420,format=yuv420p[${index === places.length - 1 ? 'picture' : `p${index}`}]`,
    ];
  });
  return layers;
}

const even = (size: number): number => 2 * Math.floor(size / 2);

/** Silence is put where nothing was sent. */
function soundFilters(first: number, count: number): readonly string[] {
  if (count === 0) return [];
  const names = Array.from({length: count}, (_, index) => `[a${index}]`);
  return [
    ...names.map(
      (name, index) =>
        `[${first + index}:a]aresample=48000:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo${name}`,
    ),
    `${names.join('')}amix=inputs=${count}:duration=longest:normalize=0,alimiter=limit=0.95[sound]`,
  ];
}
