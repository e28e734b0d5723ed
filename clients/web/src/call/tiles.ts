import type {MediaSource, Participant} from '@parley/client';

/** One rectangle of the stage. */
export interface Tile {
  readonly key: string;
  readonly user: string;
  readonly name: string;
  readonly label: string;
  readonly kind: 'person' | 'screen';
  readonly own: boolean;
  /** Nothing to see without it. */
  readonly video: MediaStreamTrack | undefined;
  readonly videoPaused: boolean;
  /** Video stands still, because the network is too weak. */
  readonly starved: boolean;
  /** There are more videos than are sent at once, and others go before it. */
  readonly withheld: boolean;
  /** Whose video of which source it is, if not one's own. */
  readonly remote: {readonly peer: string; readonly source: MediaSource} | undefined;
  /** The session in the call whose tile it is, of persons. */
  readonly peer: string | undefined;
  /** There is no microphone, or it is paused. */
  readonly muted: boolean;
  readonly handUp: boolean;
  /** Who may publish nothing. */
  readonly viewer: boolean;
  readonly reconnecting: boolean;
  /** One's own: that one speaks is seen here before the server could tell. */
  readonly voice: MediaStreamTrack | undefined;
}

export interface Person {
  readonly user: string;
  readonly name: string;
}

export interface OwnMedia extends Person {
  readonly peer: string | undefined;
  readonly camera: MediaStreamTrack | undefined;
  readonly screen: MediaStreamTrack | undefined;
  readonly microphone: MediaStreamTrack | undefined;
  readonly muted: boolean;
  readonly handUp: boolean;
}

/** Screens first, then the others in the order in which they came, then oneself. */
export function tilesOf(participants: readonly Participant[], own: OwnMedia): readonly Tile[] {
  return [
    ...participants.flatMap(screenOf),
    ...(own.screen === undefined ? [] : [ownScreen(own, own.screen)]),
    ...participants.map(personOf),
    ownPerson(own),
  ];
}

const still = {
  videoPaused: false,
  starved: false,
  withheld: false,
  remote: undefined,
  peer: undefined,
  reconnecting: false,
  muted: false,
  handUp: false,
  viewer: false,
  voice: undefined,
} as const;

function screenOf({peer, user, name, tracks}: Participant): readonly Tile[] {
  const screen = tracks.get('screen');
  if (screen === undefined) return [];
  const label = `${name}’s screen`;
  const {track: video, paused: videoPaused, starved} = screen;
  const withheld = screen.withheld && !videoPaused;
  const remote = {peer, source: 'screen'} as const;
  const key = `${peer} screen`;
  return [
    {...still, key, user, name, label, kind: 'screen', own: false, video, videoPaused, starved, withheld, remote},
  ];
}

function personOf({peer, user, name, state, tracks, handRaisedAt, rights}: Participant): Tile {
  const camera = tracks.get('camera');
  const microphone = tracks.get('microphone');
  return {
    key: peer,
    user,
    name,
    label: name,
    kind: 'person',
    own: false,
    video: camera?.track,
    videoPaused: camera?.paused ?? false,
    starved: camera?.starved ?? false,
    withheld: (camera?.withheld ?? false) && camera?.paused === false,
    remote: {peer, source: 'camera'},
    peer,
    muted: microphone?.paused ?? true,
    handUp: handRaisedAt !== null,
    viewer: !rights.some((right) => right === 'audio' || right === 'video' || right === 'screen'),
    reconnecting: state === 'reconnecting',
    voice: undefined,
  };
}

function ownScreen({user, name}: OwnMedia, video: MediaStreamTrack): Tile {
  return {...still, key: 'own screen', user, name, label: 'Your screen', kind: 'screen', own: true, video};
}

function ownPerson({user, name, camera, microphone, muted, handUp, peer}: OwnMedia): Tile {
  return {
    ...still,
    key: 'own',
    user,
    name,
    label: `${name} (you)`,
    kind: 'person',
    own: true,
    video: camera,
    peer,
    muted: muted || microphone === undefined,
    handUp,
    voice: microphone,
  };
}
