import {call as definitions, callReceiving, people, type PayloadOf} from '@parley/protocol';
import type {Unsubscribe} from '../emitter.js';
import type {CallPort} from './port.js';
import type {Gathering} from './gathering.js';
import type {Publications} from './publications.js';
import type {Roster} from './roster.js';
import type {Subscriber} from './subscriber.js';

/** As long as nothing is said of it. */
const nothingKnown: definitions.PeerProfile = {role: 'member', rights: [], handRaisedAt: null, metadata: {}};

type PeerChange = Exclude<definitions.CallChange, {producer: string}>;
type ProducerChange = Extract<definitions.CallChange, {producer: string}>;

export interface NewsFor {
  readonly roster: Roster;
  readonly gathering: Gathering;
  readonly publications: Publications;
  /** The one of this moment: it is replaced when the call is rebuilt. */
  readonly subscriber: () => Subscriber;
  readonly onTransportFailed: (transport: string) => void;
  readonly onClosed: (reason: PayloadOf<typeof definitions.closed>['reason']) => void;
}

/** Brings what the server tells of this call to whom it concerns. */
export function followNews(
  {listen, room: mine}: Pick<CallPort, 'listen' | 'room'>,
  {roster, gathering, publications, subscriber, onTransportFailed, onClosed}: NewsFor,
): readonly Unsubscribe[] {
  const here =
    <P extends {room: string}>(handler: (payload: P) => void) =>
    (payload: P): void => {
      if (payload.room === mine) handler(payload);
    };
  const peerChanged = ({peer, user, name, change, profile = nothingKnown, at}: PeerChange): void => {
    if (change === 'joined') roster.joined({peer, user, name, state: 'connected', joinedAt: at, ...profile});
    else if (change === 'left') roster.left(peer);
    else if (change !== 'updated') roster.changed(peer, change);
    else if (!gathering.updated(peer, name, profile)) roster.updated(peer, {name, ...profile});
  };
  const producerChanged = ({producer, change}: ProducerChange): void => {
    if (change === 'closed') subscriber().producerClosed(producer);
    else roster.setPaused(producer, change === 'paused');
  };
  return [
    listen(definitions.peer, here<PayloadOf<typeof definitions.peer>>(peerChanged)),
    listen(definitions.producer, here<PayloadOf<typeof definitions.producer>>(producerChanged)),
    listen(
      definitions.changes,
      here(({changes}) => {
        for (const change of changes) {
          if ('producer' in change) producerChanged(change);
          else peerChanged(change);
        }
      }),
    ),
    listen(
      people.muted,
      here(({producers, by}) => {
        publications.muted(producers, {by});
      }),
    ),
    listen(
      definitions.watched,
      here(({producer, spatial}) => {
        publications.watched(producer, spatial);
      }),
    ),
    listen(
      definitions.consumer,
      here(({consumer, change}) => {
        subscriber().starved(consumer, change === 'starved');
      }),
    ),
    listen(
      callReceiving.chosen,
      here(({withheld, sent}) => {
        for (const id of withheld) subscriber().withheld(id, true);
        for (const id of sent) subscriber().withheld(id, false);
      }),
    ),
    listen(
      definitions.transportFailed,
      here(({transport}) => {
        onTransportFailed(transport);
      }),
    ),
    listen(
      definitions.consumersOffered,
      here(({consumers}) => void subscriber().offered(consumers)),
    ),
    listen(
      definitions.consumersClosed,
      here(({consumers}) => {
        subscriber().closed(consumers);
      }),
    ),
    listen(
      definitions.closed,
      here(({reason}) => {
        onClosed(reason);
      }),
    ),
  ];
}
