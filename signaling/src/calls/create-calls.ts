import type {CallsOptions, CallsPart} from '../calls-part.js';
import {callHandlers} from '../features/call/call.js';
import {peopleHandlers} from '../features/call/people.js';
import {BackendCalls} from './backend-calls.js';
import {LocalPeers} from './local-peers.js';
import {OwnedCalls} from './owned-calls.js';
import {OwnerWatch} from './owner-watch.js';
import {Owners} from './owners.js';
import {PeerLinks} from './peer-links.js';
import {RoomCalls} from './room-calls.js';
import {SpreadEngine} from '../spread/spread-engine.js';
import {SignsOfLife} from './signs-of-life.js';

const noMedia = 'Calls are off: no node of the cluster has a media worker.';

/**
 * Calls of rooms. A node plays two parts: it runs the calls that it owns (`OwnedCalls`), and it stands for its own
 * sessions in calls that may run anywhere (`LocalPeers`). The two speak over the bus even where they are one node.
 */
export function createCalls(options: CallsOptions): CallsPart {
  const {clock, store, limits} = options;
  const media = new SpreadEngine(options);
  const owners = new Owners({...options, media, standings: media.standings});
  const owned = new OwnedCalls({...options, media});
  const links = new PeerLinks({...options, owners});
  const peers = new LocalPeers({...options, owners, links});
  const rooms = new RoomCalls(store.calls, limits.calls);
  const signs = new SignsOfLife({...options, owners, links});
  const watch = new OwnerWatch({...options, owners, links});
  const administration = new BackendCalls({bus: store.bus, rooms: store.rooms, owners, roomCalls: rooms});
  let closing: Promise<void> | undefined;

  return {
    handlers: [
      ...callHandlers({
        peers,
        media,
        rooms: store.rooms,
        owners,
        disconnect: (session) => {
          options.disconnect(session);
        },
      }),
      ...peopleHandlers({peers, owners, clock, rooms}),
    ],
    administration,
    get availability() {
      if (owners.mediaAnywhere) return {available: true};
      return {available: false, reason: media.unavailableReason ?? noMedia};
    },
    sessionResumed(session, standing) {
      peers.resumed(session, standing);
    },
    sessionAway(session) {
      peers.tell(session, 'away');
    },
    sessionEnded(session) {
      peers.tell(session, 'ended');
    },
    sessionLeftRoom(session, room) {
      peers.leftRoom(session, room);
    },
    roomDeleted(room) {
      return administration.endOfDeleted(room);
    },
    standingChanged(session, room, standing) {
      peers.standingChanged(session, room, standing);
    },
    async roomPeers(room) {
      return owned.peersIn(room) || owners.count(room);
    },
    async moveAway() {
      if (owners.mediaElsewhere) await Promise.all([owned.moveAway(), media.partsGone()]);
    },
    close() {
      signs.close();
      watch.close();
      closing ??= owned.close().finally(() => {
        links.close();
        media.close();
      });
      return closing;
    },
  };
}
