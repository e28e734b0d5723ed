import {people} from '@parley/protocol';
import type {CallsOptions} from '../calls-part.js';
import type {CallSettings, MediaRoom} from '../ports.js';
import {Adapting} from './adapting.js';
import {Allowance} from './allowance.js';
import type {CallRecord} from './call-record.js';
import {CallState, type CallConsumer, type Direction, type Peer} from './call-state.js';
import {Changes} from './changes.js';
import {Channels} from './channels.js';
import {Choosing} from './choosing.js';
import {Consumers} from './consumers.js';
import {Entry} from './entry.js';
import {Ghosts} from './ghosts.js';
import {Held} from './held.js';
import {Keeping} from './keeping.js';
import {Lobby} from './lobby.js';
import type {Mailbox} from './mailbox.js';
import {Offers} from './offers.js';
import {Outbox} from './outbox.js';
import {PeerTimes} from './peer-times.js';
import {Producers} from './producers.js';
import {Profiles} from './profiles.js';
import {Quality} from './quality.js';
import {Reactions} from './reactions.js';
import {Recording} from './recording.js';
import {Roster} from './roster.js';
import {Speech} from './speech.js';
import {standingOf} from './standing-of.js';
import {Transports} from './transports.js';
import {Watching} from './watching.js';
import type {ToPeer, ToPeers} from './words.js';

export interface CallPartsOptions extends Pick<CallsOptions, 'clock' | 'ids' | 'limits' | 'observer'> {
  readonly room: string;
  readonly media: MediaRoom;
  readonly mailbox: Mailbox;
  readonly record: CallRecord;
  readonly settings: CallSettings;
  readonly send: (node: string, word: ToPeer) => void;
  readonly mention: (node: string, word: ToPeers) => void;
  /** So many more peers, fewer if it is negative; 0: others wait than before. */
  readonly onCount: (delta: number) => void;
  /** It does not come back by itself. */
  readonly onGone: (peer: Peer) => void;
  readonly onDefect: (error: unknown) => void;
}

/** What a call is made of: each part has its own concern, and all act within the call's mailbox. */
export interface CallParts {
  readonly state: CallState;
  readonly outbox: Outbox;
  readonly changes: Changes;
  readonly watching: Watching;
  readonly consumers: Consumers;
  readonly producers: Producers;
  readonly channels: Channels;
  readonly transports: Transports;
  readonly offers: Offers;
  readonly entry: Entry;
  readonly allowance: Allowance;
  readonly profiles: Profiles;
  readonly reactions: Reactions;
  readonly lobby: Lobby;
  readonly speech: Speech;
  readonly adapting: Adapting;
  readonly choosing: Choosing;
  readonly keeping: Keeping;
  readonly quality: Quality;
  readonly roster: Roster;
  readonly ghosts: Ghosts;
  readonly held: Held;
  readonly times: PeerTimes;
  readonly recording: Recording;
}

export function createParts(options: CallPartsOptions): CallParts {
  const {
    room,
    media,
    mailbox,
    record,
    settings,
    clock,
    ids,
    limits,
    observer,
    send,
    mention,
    onCount,
    onGone,
    onDefect,
  } = options;
  const state = new CallState(room, clock.now());
  const outbox = new Outbox({room, state, send, mention});
  const changes = new Changes({state, outbox, mailbox, clock, onDefect});
  const entry = new Entry(record, clock, settings.lobby);
  const allowance = new Allowance(state, limits.calls, settings.limits);
  const profiles = new Profiles({state, record, changes, clock, resumeWindowMs: limits.resumeWindowMs});
  const adapting = new Adapting({state, media, mailbox, clock, onDefect});
  const quality = new Quality({state, outbox, mailbox, clock, onDefect});
  const onStarved = (consumer: CallConsumer): void => {
    keeping.starved(consumer);
  };
  const watching = new Watching({state, outbox, mailbox, clock, onStarved, onDefect});
  const onVoices = (): void => {
    speech.followersChanged();
  };
  const listening = {state, media, outbox, allowance, watching, adapting, mailbox, clock, onVoices, onDefect};
  const choosing = new Choosing(listening);
  const keeping = new Keeping({state, choosing, mailbox, clock, onDefect});
  const speech = new Speech(state, media, {outbox, adapting, choosing});
  const consumers = new Consumers(state, media, {outbox, watching, adapting, choosing});
  const held = new Held({state, media, mailbox, clock, onDefect});
  const publishing = {state, media, outbox, changes, consumers, choosing, watching, allowance, profiles, held};
  const producers = new Producers(publishing);
  const channels = new Channels({state, media, outbox, mailbox, clock, observer, onDefect});
  const onReplaced = (peer: Peer, direction: Direction): void => {
    offers.look(peer);
    observer.callTransportReplaced(direction);
  };
  const carrying = {state, media, outbox, producers, consumers, channels, held};
  const transports = new Transports({...carrying, onReplaced});
  const offers = new Offers({state, media, outbox, consumers, channels, mailbox, clock, onDefect});
  const lobby = new Lobby({
    room,
    state,
    entry,
    outbox,
    clock,
    ids,
    onCount: () => {
      onCount(0);
    },
  });
  const recording = new Recording({
    state,
    media,
    record,
    watching,
    clock,
    onChange: () => {
      outbox.toAll(people.settings, {room, ...standingOf({entry, allowance, recording})});
    },
    onDefect,
  });
  const ghosts = new Ghosts({clock, mailbox, onGone, onDefect});
  const times = new PeerTimes({state, clock, observer});
  const forgetVoice = (peer: Peer): void => {
    speech.left(peer);
    choosing.left(peer);
    keeping.left(peer);
  };
  const roster = new Roster({
    state,
    media,
    outbox,
    changes,
    offers,
    transports,
    clock,
    ids,
    entry,
    allowance,
    profiles,
    times,
    ghosts,
    onJoined: ({session, user, name}) => {
      observer.happened({name: 'call.peerJoined', data: {room, session, user, name}});
    },
    onCameAgain: forgetVoice,
    onLeft: (peer) => {
      forgetVoice(peer);
      const {session, user} = peer;
      observer.happened({name: 'call.peerLeft', data: {room, session, user}});
    },
    onCount,
  });
  const reactions = new Reactions({state, outbox, clock});
  return {
    state,
    outbox,
    changes,
    watching,
    consumers,
    producers,
    channels,
    transports,
    offers,
    entry,
    allowance,
    profiles,
    reactions,
    lobby,
    speech,
    adapting,
    choosing,
    keeping,
    quality,
    roster,
    ghosts,
    held,
    times,
    recording,
  };
}

/** Ends all that goes on by itself. */
export function closeParts(parts: CallParts): void {
  const {offers, profiles, channels, watching, adapting, choosing, keeping, changes, quality, reactions} = parts;
  for (const part of [offers, profiles, channels, watching, adapting, choosing, keeping, changes, quality, reactions])
    part.close();
  parts.held.close();
  parts.recording.close();
  parts.ghosts.close();
}
