import {createCalls} from './calls/create-calls.js';
import type {CallsOptions, CallsPart} from './calls-part.js';
import {Dispatcher} from './dispatch/dispatcher.js';
import {gateSizes} from './dispatch/request-gate.js';
import {UserRates} from './dispatch/user-rates.js';
import {chatFeature} from './features/chat/chat.js';
import {presenceFeature} from './features/presence/presence.js';
import {pushFeature} from './features/push/push.js';
import {webPushFeature} from './features/web-push/web-push.js';
import {roomFeature} from './features/room/room.js';
import {sessionFeature} from './features/session/session.js';
import {guardObserver} from './guard-observer.js';
import {createConsent} from './hooks/consent.js';
import type {Backstage, Handover, Hub, HubObserver, HubOptions} from './hub.js';
import {LeavingNodes} from './nodes/leaving-nodes.js';
import {NodeWords} from './nodes/node-words.js';
import {OwedDeeds} from './nodes/owed-deeds.js';
import {PresencePart} from './presence/presence-part.js';
import {HubBackstage} from './push/backstage.js';
import {Awaited} from './push/awaited.js';
import {Delivery} from './push/delivery.js';
import {InboxDelivery} from './push/inbox-delivery.js';
import {Notices} from './push/notices.js';
import {Once} from './push/once.js';
import {Pushing} from './push/pushing.js';
import {PushingTogether} from './push/pushing-together.js';
import {RoomPushes} from './push/room-pushes.js';
import {ScheduledRunner} from './push/scheduled-runner.js';
import {Settling} from './push/settling.js';
import {Scheduling} from './push/scheduling.js';
import {Sending} from './push/sending.js';
import {Tally} from './push/tally.js';
import {WaitingTally} from './push/waiting-tally.js';
import {Authority} from './rights/authority.js';
import {RoomWords} from './rights/room-words.js';
import {BackendRooms} from './rooms/backend-rooms.js';
import {Membership} from './rooms/membership.js';
import {Moderation} from './rooms/moderation.js';
import {RoomDeletion} from './rooms/room-deletion.js';
import {RoomHubs} from './rooms/room-hubs.js';
import {UserGroups} from './rooms/user-groups.js';
import {Admissions} from './sessions/admissions.js';
import type {ConnectedSession} from './sessions/connected-session.js';
import {drain} from './sessions/drain.js';
import {Farewells} from './sessions/farewells.js';
import {LocalSessions} from './sessions/local-sessions.js';
import {Partings} from './sessions/partings.js';
import {Revoking} from './sessions/revoking.js';
import {RightsWatch} from './sessions/rights-watch.js';
import {RoomExits} from './sessions/room-exits.js';
import {Siblings} from './sessions/siblings.js';
import {Strays} from './sessions/strays.js';
import {tellingStore} from './sessions/telling-store.js';
import {Sweeper} from './sessions/sweeper.js';
import {Watches} from './watch/watches.js';
import {within} from './within.js';

/** How long closing waits for the store to take what is owed to it. */
const settleMs = 2_000;

/** The connected side of one node. Nothing is asked of the store until the first handshake. */
export function createHub(options: HubOptions): Hub {
  return new ParleyHub(options);
}

class ParleyHub implements Hub {
  readonly backstage: Backstage;
  readonly #options: HubOptions;
  readonly #local = new LocalSessions();
  readonly #owed: OwedDeeds;
  readonly #hubs: RoomHubs;
  readonly #calls: CallsPart;
  readonly #leaving: LeavingNodes;
  readonly #dispatcher: Dispatcher<ConnectedSession>;
  readonly #admissions: Admissions;
  readonly #sweeper: Sweeper;
  readonly #scheduled: ScheduledRunner;
  readonly #waiting: WaitingTally;
  readonly #presence: PresencePart;
  readonly #watches: Watches;
  #closing: Promise<void> | undefined;

  constructor(given: HubOptions) {
    const {clock, ids, broadcaster, onDefect} = given;
    const local = this.#local;
    const store = tellingStore(given.store, {
      userOf: (session) => local.find(session)?.user,
      tell: (user) => {
        presence.news.tell(user);
      },
    });
    const options: HubOptions = {...given, store};
    const {feeds, groups, rooms, sessions} = store;
    const observer = guardObserver(options.observer ?? {}, onDefect);
    const owed = new OwedDeeds(onDefect);
    const words = new NodeWords(store.bus, owed);
    const onDeleted = (room: string): void => {
      owed.do(`end of ${room}`, () => exits.deletedHere(room));
    };
    const hubs = new RoomHubs({clock, feeds, broadcaster, observer, onDefect, onDeleted});
    this.#leaving = new LeavingNodes(store.bus);
    const roomWords = new RoomWords({rooms, groups});
    const authority = new Authority(roomWords, rooms);
    const consent = createConsent({backends: options.hooks ?? [], authority, clock, ids, observer});
    const calls = createCalls({...this.#callsOptions(options, observer), consent});
    const presence: PresencePart = new PresencePart({hub: options, hubs, words, owed, observer});
    const {news} = presence;
    const browsers = options.webPush && store.webPush;
    const partings = new Partings({sessions, local, presence, owed, calls, observer, browsers});
    new Strays({clock, sessions, local, presence: news, calls});
    const siblings = new Siblings({clock, sessions, local, words, owed});
    const farewells = new Farewells({sessions, local, partings, siblings, calls, words, observer});
    const revoking = new Revoking({clock, store, tokens: options.tokens, consent, local, farewells, words, owed});
    const exits: RoomExits = new RoomExits({sessions, rooms, local, words, calls});
    const membership = new Membership(rooms);
    const watch = new RightsWatch({store, local, words: roomWords, nodes: words, owed});
    const moderation = new Moderation({rooms, groups, feeds, words: roomWords, exits, watch, owed});
    const {membersPerRoom, replayEvents, userRequestsPerSecond, roomEphemeralsPerSecond} = options.limits;
    const awaited = new Awaited(clock);
    const tally = new Tally({clock, pushes: store.pushes, onDefect});
    const waiting = new WaitingTally({clock, store, observer, onDefect});
    const inboxes = new InboxDelivery({clock, store, local, words, owed, tally, waiting, observer, onDefect});
    const roomPeers = (room: string): Promise<number> => calls.roomPeers(room);

    const dispatcher = new Dispatcher<ConnectedSession>(
      [
        ...sessionFeature({clock, sessions, farewells, revoking, siblings, presence: news}),
        ...roomFeature({
          consent,
          membership,
          moderation,
          words: roomWords,
          hubs,
          feeds,
          sessions,
          rooms,
          exits,
          membersPerRoom,
          replayEvents,
          roomPeers,
        }),
        ...chatFeature({feeds, clock, consent, observer, ephemeralsPerSecond: roomEphemeralsPerSecond}),
        ...presenceFeature({sessions, presence}),
        ...pushFeature({inboxes, awaited, tally}),
        ...webPushFeature({store, sender: options.webPush}),
        ...calls.handlers,
      ],
      {clock, observer, onDefect, allow: (session, definition, params) => authority.ask(session, definition, params)},
    );
    const delivery = new Delivery({clock, words, broadcaster, local, hubs, awaited});
    const notices = new Notices({clock, store, sender: options.webPush});
    const once = new Once({clock, receipts: store.receipts, owed});
    const roomPushes = new RoomPushes({store, delivery});
    const sending = new Sending({clock, ids, store, delivery, inboxes, notices, rooms: roomPushes});
    const scheduling = new Scheduling({ids, store, observer});

    this.#options = options;
    this.#dispatcher = dispatcher;
    this.#owed = owed;
    this.#hubs = hubs;
    this.#calls = calls;
    this.#presence = presence;
    this.#sweeper = new Sweeper({clock, store, words, owed, partings, farewells, presence: news, observer, onDefect});
    this.#waiting = waiting;
    this.#scheduled = new ScheduledRunner({
      clock,
      store,
      sending,
      settling: new Settling({clock, store, observer}),
      observer,
      onDefect,
    });
    this.#admissions = new Admissions({
      hub: options,
      consent,
      dispatcher,
      gate: gateSizes(options.limits),
      users: new UserRates({perSecond: userRequestsPerSecond, burst: userRequestsPerSecond * 2}),
      local,
      hubs,
      words,
      partings,
      presence,
      calls,
      inboxes,
      observer,
      farewells,
      siblings,
      revoking,
      roomWords,
      watch,
    });
    this.#watches = new Watches({clock, ids, store, words, onDefect});
    this.backstage = new HubBackstage({
      store,
      watches: this.#watches,
      local,
      pushing: new Pushing({sending, scheduling, once}),
      together: new PushingTogether({ids, once, rooms: roomPushes}),
      scheduled: scheduling,
      farewells,
      revoking,
      roomWords,
      rooms: new BackendRooms({
        rooms,
        moderation,
        deletion: new RoomDeletion({rooms, exits, calls, scheduling}),
        membersPerRoom,
      }),
      groups: new UserGroups({groups, rooms, watch}),
      calls: calls.administration,
    });
  }

  get connections(): number {
    return this.#local.size;
  }

  get watches(): number {
    return this.#watches.size;
  }

  admit(...handshake: Parameters<Hub['admit']>): ReturnType<Hub['admit']> {
    return this.#admissions.admit(...handshake);
  }

  isLeaving(node: string): boolean {
    return this.#leaving.has(node);
  }

  close(handover: Handover = {}): Promise<void> {
    this.#closing ??= this.#close(handover);
    return this.#closing;
  }

  async #close(handover: Handover): Promise<void> {
    const {clock} = this.#options;
    this.#admissions.close();
    this.#watches.close();
    this.#leaving.announce();
    await this.#calls.moveAway();
    await drain(this.#local, this.#leaving.others, clock, handover);
    // Also requests whose sessions are gone: what they do needs the store.
    await within(clock, settleMs, this.#dispatcher.settled());
    await within(clock, settleMs, this.#scheduled.close());
    await within(clock, settleMs, this.#waiting.close());
    await this.#sweeper.close();
    await this.#calls.close();
    // What cannot be told to the store any more is found by the others when this node is gone.
    await within(clock, settleMs, this.#owed.settled());
    await this.#presence.close();
    await this.#hubs.close();
  }

  #callsOptions(options: HubOptions, observer: HubObserver): Omit<CallsOptions, 'consent'> {
    const {clock, ids, store, media, limits, spread = 'off', onDefect} = options;
    return {
      clock,
      ids,
      store,
      media,
      limits,
      spread,
      observer,
      onDefect,
      isLeaving: (node) => this.#leaving.has(node),
      disconnect: (session) => {
        this.#local.find(session)?.end('rehearsed');
      },
      probe: (session) => this.#local.find(session)?.probe(),
      deliver: (session, event, payload) => this.#local.find(session)?.send(event, payload) ?? false,
      toRoom: (room, event, payload) => {
        store.feeds.publish(room, {name: event.name, data: payload as Readonly<Record<string, unknown>>});
      },
    };
  }
}
