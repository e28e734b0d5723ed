// Generated from the verbs of the server by `npm run docs`.

import type {CallOptions} from '../call-options.js';

/**
 * Everything that a backend may ask for.
 */
export interface Verbs {
  readonly push: {
    /**
     * Push an event.
     *
     * Sends an event to a user, a group, a session, a room or everyone, on whichever nodes they are connected.
     */
    send(request: PushSendRequest, options?: CallOptions): Promise<PushSendAnswer>;
    /**
     * What became of a push.
     *
     * Of a push that is kept for users, that clients acknowledge or that browsers show, until an hour after it has expired or, without being kept, was sent. Of others the answer to the push says everything.
     */
    get(request: PushGetRequest, options?: CallOptions): Promise<PushGetAnswer>;
  };
  /**
   * Do several things in one request.
   *
   * Items are done as if each were asked for by itself, with its own scope, rate, idempotency key and audit line; each has its answer, in the order of the items, and one that is refused does not hold up the rest: look at `refused`. What concerns the same room, or has the same target, is done in the order of the items; the rest side by side. Pushes with `store` into one room are one exception: they are done together, at the place of the first of them, with nothing between them, or, if one is refused, not at all; the others are answered `batch_aborted` then. Answers `too_large` above `PARLEY_BATCH_ITEMS` items or `PARLEY_BATCH_SIZE` bytes.
   */
  batch(request: BatchRequest, options?: CallOptions): Promise<BatchAnswer>;
  readonly scheduled: {
    /**
     * List the pushes that wait for their time.
     *
     * The next one first.
     */
    list(request?: ScheduledListRequest, options?: CallOptions): Promise<ScheduledListAnswer>;
    /**
     * Look at a push that waits for its time.
     *
     * Also for an hour after it was sent, refused or called off. Then, and of unknown ids, `unknown_push`.
     */
    get(request: ScheduledGetRequest, options?: CallOptions): Promise<ScheduledGetAnswer>;
    /**
     * Call off a push that waits for its time.
     *
     * If this answers, nobody gets it. Once it is on its way it answers `already_sent`.
     */
    cancel(request: ScheduledCancelRequest, options?: CallOptions): Promise<undefined>;
  };
  readonly rooms: {
    /**
     * List the rooms.
     *
     * By name, private ones included.
     */
    list(request?: RoomsListRequest, options?: CallOptions): Promise<RoomsListAnswer>;
    /**
     * Make a room.
     *
     * Nobody is in it, and nobody owns it until you make somebody its owner. Answers `room_exists` or `too_many_rooms`.
     */
    create(request: RoomsCreateRequest, options?: CallOptions): Promise<RoomsCreateAnswer>;
    /**
     * Describe a room.
     */
    get(request: RoomsGetRequest, options?: CallOptions): Promise<RoomsGetAnswer>;
    /**
     * Change a room’s settings.
     *
     * What is not given stays. Members are told by `room.updated`. It has taken effect on live sessions of all nodes when this answers.
     */
    update(request: RoomsUpdateRequest, options?: CallOptions): Promise<RoomsUpdateAnswer>;
    /**
     * Delete a room.
     *
     * With its members and their roles, its log and what is scheduled into it; its call ends. Those who are in it are told by `room.deleted` and `room.removed`, and receivers of webhooks by `room.deleted`, after all that happened in it before. One that is made of the same name later has nothing of it. There is no way back. If it answers `unavailable` or `timeout`, repeat it: `room_deleted` then says that it is gone. It has taken effect on live sessions of all nodes when this answers.
     */
    delete(request: RoomsDeleteRequest, options?: CallOptions): Promise<undefined>;
    readonly groups: {
      /**
       * List the groups that have a role in a room.
       */
      list(request: RoomsGroupsListRequest, options?: CallOptions): Promise<RoomsGroupsListAnswer>;
      /**
       * Give the users of a group a role in a room.
       *
       * It lets them in, however closed the room is. Answers `unknown_group` or `too_many_groups`. It has taken effect on live sessions of all nodes when this answers.
       */
      set(request: RoomsGroupsSetRequest, options?: CallOptions): Promise<RoomsGroupsSetAnswer>;
      /**
       * Take a group’s role in a room away.
       *
       * Whom nothing else lets in leaves. A group without a role there is fine. It has taken effect on live sessions of all nodes when this answers.
       */
      remove(request: RoomsGroupsRemoveRequest, options?: CallOptions): Promise<undefined>;
    };
    /**
     * Read a room’s stored events.
     *
     * A page in ascending order and without a hole: the newest, those before an offset, or those after one. `more` says whether the log holds further ones in that direction.
     */
    history(request: RoomsHistoryRequest, options?: CallOptions): Promise<RoomsHistoryAnswer>;
  };
  readonly members: {
    /**
     * Make a user a member, or give a member another role.
     *
     * Whatever the room’s access. The room is told by `room.member`, without `by`. Answers `room_full` or `too_many_rooms`. It has taken effect on live sessions of all nodes when this answers.
     */
    set(request: MembersSetRequest, options?: CallOptions): Promise<MembersSetAnswer>;
    /**
     * Remove a member.
     *
     * Their sessions are told by `room.removed`, and hear nothing of the room afterwards. Whom the room’s access, a group or a token lets in may come again. Answers `unknown_member`. It has taken effect on live sessions of all nodes when this answers.
     */
    remove(request: MembersRemoveRequest, options?: CallOptions): Promise<undefined>;
  };
  readonly groups: {
    /**
     * List the groups of users.
     */
    list(request?: GroupsListRequest, options?: CallOptions): Promise<GroupsListAnswer>;
    /**
     * Make a group of users.
     *
     * Nobody is in it, and no room names it. Answers `group_exists` or `too_many_groups`.
     */
    create(request: GroupsCreateRequest, options?: CallOptions): Promise<GroupsCreateAnswer>;
    /**
     * Describe a group of users.
     */
    get(request: GroupsGetRequest, options?: CallOptions): Promise<GroupsGetAnswer>;
    /**
     * Delete a group of users.
     *
     * What rooms gave to it is gone with it. It has taken effect on live sessions of all nodes when this answers.
     */
    remove(request: GroupsRemoveRequest, options?: CallOptions): Promise<undefined>;
    readonly users: {
      /**
       * List the users of a group.
       */
      list(request: GroupsUsersListRequest, options?: CallOptions): Promise<GroupsUsersListAnswer>;
      /**
       * Put users into a group.
       *
       * All of them or, with `group_full`, none. Who is in it already stays in it. It has taken effect on live sessions of all nodes when this answers.
       */
      add(request: GroupsUsersAddRequest, options?: CallOptions): Promise<GroupsUsersAddAnswer>;
      /**
       * Take users out of a group.
       *
       * Whom nothing else lets into a room leaves it. Who is not in the group is passed over. It has taken effect on live sessions of all nodes when this answers.
       */
      remove(request: GroupsUsersRemoveRequest, options?: CallOptions): Promise<GroupsUsersRemoveAnswer>;
    };
    readonly rooms: {
      /**
       * List the rooms that name a group, with the role that each gives to it.
       */
      list(request: GroupsRoomsListRequest, options?: CallOptions): Promise<GroupsRoomsListAnswer>;
    };
  };
  readonly calls: {
    /**
     * List the calls that run.
     *
     * By room, of all nodes. Nodes that do not answer within 2 s are named; their calls are not listed.
     */
    list(request?: CallsListRequest, options?: CallOptions): Promise<CallsListAnswer>;
    /**
     * Describe a room’s call.
     *
     * Its peers, what they publish, and who waits to be let in. A room without a call is not `active`.
     */
    get(request: CallsGetRequest, options?: CallOptions): Promise<CallsGetAnswer>;
    /**
     * Lock or unlock a call, open or close its lobby, set its limits.
     *
     * What is not given stays. Peers are told by `call.settings`; nobody who is in has to go.
     */
    update(request: CallsUpdateRequest, options?: CallOptions): Promise<CallsUpdateAnswer>;
    /**
     * Pause what peers publish.
     *
     * Their microphones, unless `sources` says otherwise: `["camera", "screen"]` stops their video. They are told by `call.muted`, without `by`, and only they can resume it. Answers `unknown_call` if the room has none.
     */
    mute(request: CallsMuteRequest, options?: CallOptions): Promise<undefined>;
    /**
     * Put a peer out of a call.
     *
     * All sessions of its user in the call. From then on, until the call ends, that user has to be let in. A peer that is gone is fine. Answers `unknown_call` if the room has none.
     */
    kick(request: CallsKickRequest, options?: CallOptions): Promise<undefined>;
    /**
     * Let in who waits.
     *
     * Lets those in who wait, or `all` of them. Their users come in without waiting until the call ends. Answers `unknown_call` if the room has none.
     */
    admit(request: CallsAdmitRequest, options?: CallOptions): Promise<undefined>;
    /**
     * Send away who waits.
     *
     * Sends those away who wait. Their users may knock again after a minute. Answers `unknown_call` if the room has none.
     */
    deny(request: CallsDenyRequest, options?: CallOptions): Promise<undefined>;
    /**
     * Move a call to another node, or to another worker.
     *
     * As when its node is about to stop: peers are told `call.closed` (`moved`) and join again by themselves, and the media that they leave stands meanwhile. Answers `unknown_call` if the room has none.
     */
    move(request: CallsMoveRequest, options?: CallOptions): Promise<CallsMoveAnswer>;
    readonly recording: {
      /**
       * Begin to record a call.
       *
       * Each track goes to a file on the node that runs the call. Everybody in it is told by `call.settings`. A call that is recorded is fine. Answers `recording_unavailable` if it cannot be, and why. Answers `unknown_call` if the room has none.
       */
      start(request: CallsRecordingStartRequest, options?: CallOptions): Promise<undefined>;
      /**
       * End the recording of a call.
       *
       * Everybody in it is told by `call.settings`; the files are finished soon. A call that is not recorded is fine. Answers `unknown_call` if the room has none.
       */
      stop(request: CallsRecordingStopRequest, options?: CallOptions): Promise<undefined>;
    };
    /**
     * End a call for all.
     *
     * They are told by `call.closed` (`ended`). Answers `unknown_call` if the room has none.
     */
    end(request: CallsEndRequest, options?: CallOptions): Promise<undefined>;
  };
  readonly presence: {
    /**
     * Say whether a user is present.
     *
     * `online`, `away` or `offline`, and the same of each device. A user without any session is offline.
     */
    user(request: PresenceUserRequest, options?: CallOptions): Promise<PresenceUserAnswer>;
    /**
     * Say which of up to 500 users are present.
     */
    users(request: PresenceUsersRequest, options?: CallOptions): Promise<PresenceUsersAnswer>;
    /**
     * List a room’s members with their presence.
     *
     * Page by page in the order of user ids, those who are offline included.
     */
    room(request: PresenceRoomRequest, options?: CallOptions): Promise<PresenceRoomAnswer>;
  };
  readonly sessions: {
    /**
     * List a user’s sessions.
     *
     * On all nodes; those that are away and may still be resumed included. Empty for a user without any.
     */
    list(request: SessionsListRequest, options?: CallOptions): Promise<SessionsListAnswer>;
    /**
     * End a session.
     *
     * They are closed with `kicked` (4502) on whichever node they are, and cannot be resumed. Answers `unknown_session` if there is none of this id.
     */
    kick(request: SessionsKickRequest, options?: CallOptions): Promise<SessionsKickAnswer>;
  };
  readonly users: {
    /**
     * End all sessions of a user, or all but one.
     *
     * They are closed with `kicked` (4502) on whichever node they are, and cannot be resumed. A user without sessions is fine: the answer is 0.
     */
    kick(request: UsersKickRequest, options?: CallOptions): Promise<UsersKickAnswer>;
  };
  readonly tokens: {
    /**
     * Revoke tokens.
     *
     * Sessions that stand on them are closed with `token_revoked` (4508) on whichever node they are, and ended. The tokens are refused from then on. A token without `iat` counts as issued before any moment; times are in milliseconds since the Unix epoch, while `iat` is in whole seconds, so that one issued in the second of the revocation is revoked too.
     */
    revoke(request: TokensRevokeRequest, options?: CallOptions): Promise<TokensRevokeAnswer>;
  };
  readonly webhooks: {
    /**
     * List the webhook receivers.
     *
     * With how much waits for each, and how much was given up.
     */
    list(request?: WebhooksListRequest, options?: CallOptions): Promise<WebhooksListAnswer>;
    /**
     * List events that were given up.
     *
     * The oldest first. An event is parked when its receiver refused it for as long as `retryForMs`, or answered 410.
     */
    parked(request: WebhooksParkedRequest, options?: CallOptions): Promise<WebhooksParkedAnswer>;
    /**
     * Send parked events again.
     *
     * They go behind what waits for the receiver, with the ids that they had.
     */
    replay(request: WebhooksReplayRequest, options?: CallOptions): Promise<WebhooksReplayAnswer>;
    /**
     * Throw parked events away.
     */
    discard(request: WebhooksDiscardRequest, options?: CallOptions): Promise<WebhooksDiscardAnswer>;
    /**
     * Send a test event.
     *
     * Queues a `webhook.ping`, whatever the receiver listens to; the answer has the id of its event.
     */
    ping(request: WebhooksPingRequest, options?: CallOptions): Promise<WebhooksPingAnswer>;
  };
  readonly info: {
    /**
     * What runs here.
     */
    get(request?: InfoGetRequest, options?: CallOptions): Promise<InfoGetAnswer>;
  };
}

export interface PushSendRequest {
  /**
   * Who it is for: exactly one of these.
   */
  target:
    | {
        user: string;
      }
    | {
        group: string;
      }
    | {
        session: string;
      }
    | {
        room: string;
      }
    | {
        all: true;
      };
  /**
   * Who is left out of a group, a room or everybody; not with `store`.
   */
  except?: {
    /**
     * @maxItems 1000
     */
    users?: string[];
    /**
     * @maxItems 1000
     */
    sessions?: string[];
  };
  /**
   * What it is about.
   */
  topic: string;
  /**
   * Any JSON.
   */
  data: unknown;
  /**
   * Of a room: into its feed, ordered, replayed, in the history. Of a user or a group: kept for each device of these users until it has it.
   */
  store?: boolean;
  /**
   * For how long it is kept for users, and browsers are tried; a day unless given.
   */
  ttlMs?: number;
  /**
   * A device that is away gets only the latest push of this key that is stored for its user, and a browser shows only the latest.
   */
  collapseKey?: string;
  /**
   * Clients acknowledge it within a minute, and are counted. What is kept for users always is.
   */
  ack?: boolean;
  /**
   * Shown by web push to those of the user, or of the group’s users, who have no connected session. A click opens the `room` or the `url`, a path of the page’s origin.
   */
  notify?: {
    title: string;
    body?: string;
    room?: string;
    url?: string;
  };
  /**
   * How soon a browser that spares its battery is woken for `notify`: the Urgency of RFC 8030, `normal` unless given. Whoever is connected gets every push at once, and what is kept comes in its order.
   */
  priority?: 'low' | 'normal' | 'high';
  /**
   * Not now, but then: milliseconds since the Unix epoch. What is past is sent at once. At most `PARLEY_MAX_SCHEDULE_AHEAD` from now.
   */
  sendAt?: number;
  /**
   * Not now, but so many milliseconds from now; instead of `sendAt`.
   */
  delayMs?: number;
  /**
   * The same key again within ten minutes is the same push: nothing is sent, the first answer is given. With another push it is a `conflict`.
   */
  key?: string;
}

export interface PushSendAnswer {
  /**
   * The `id` that receivers see.
   */
  id: string;
  /**
   * Connected sessions that it was meant for.
   */
  addressed: number;
  /**
   * Sessions of these that it was handed to, on all nodes.
   */
  reached: number;
  /**
   * Users that it is kept for.
   */
  stored?: number;
  /**
   * Users of the group whose inboxes are full. Of a single user it is the error `inbox_full`.
   */
  refused?: number;
  /**
   * Browsers of users who are away that it is sent to by web push, of one with `notify`.
   */
  browsers?: number;
  /**
   * Where it stands in the room’s feed, if it was stored.
   */
  epoch?: string;
  offset?: number;
  /**
   * It waits until then, and was sent to nobody yet: `GET /v1/scheduled/{id}` tells of it.
   */
  sendAt?: number;
  /**
   * The key was used before, and this is the first answer.
   */
  repeated: boolean;
}

export interface BatchRequest {
  /**
   * @minItems 1
   */
  items: (
    | {
        push: {
          /**
           * Who it is for: exactly one of these.
           */
          target:
            | {
                user: string;
              }
            | {
                group: string;
              }
            | {
                session: string;
              }
            | {
                room: string;
              }
            | {
                all: true;
              };
          /**
           * Who is left out of a group, a room or everybody; not with `store`.
           */
          except?: {
            /**
             * @maxItems 1000
             */
            users?: string[];
            /**
             * @maxItems 1000
             */
            sessions?: string[];
          };
          /**
           * What it is about.
           */
          topic: string;
          /**
           * Any JSON.
           */
          data: unknown;
          /**
           * Of a room: into its feed, ordered, replayed, in the history. Of a user or a group: kept for each device of these users until it has it.
           */
          store?: boolean;
          /**
           * For how long it is kept for users, and browsers are tried; a day unless given.
           */
          ttlMs?: number;
          /**
           * A device that is away gets only the latest push of this key that is stored for its user, and a browser shows only the latest.
           */
          collapseKey?: string;
          /**
           * Clients acknowledge it within a minute, and are counted. What is kept for users always is.
           */
          ack?: boolean;
          /**
           * Shown by web push to those of the user, or of the group’s users, who have no connected session. A click opens the `room` or the `url`, a path of the page’s origin.
           */
          notify?: {
            title: string;
            body?: string;
            room?: string;
            url?: string;
          };
          /**
           * How soon a browser that spares its battery is woken for `notify`: the Urgency of RFC 8030, `normal` unless given. Whoever is connected gets every push at once, and what is kept comes in its order.
           */
          priority?: 'low' | 'normal' | 'high';
          /**
           * Not now, but then: milliseconds since the Unix epoch. What is past is sent at once. At most `PARLEY_MAX_SCHEDULE_AHEAD` from now.
           */
          sendAt?: number;
          /**
           * Not now, but so many milliseconds from now; instead of `sendAt`.
           */
          delayMs?: number;
          /**
           * The same key again within ten minutes is the same push: nothing is sent, the first answer is given. With another push it is a `conflict`.
           */
          key?: string;
        };
      }
    | {
        createRoom: {
          room: string;
          title?: string;
          maxMembers?: number;
          slowModeMs?: number;
          access?: 'open' | 'invited' | 'private';
          joinAs?: 'member' | 'guest';
          /**
           * @minItems 1
           * @maxItems 4
           */
          videoCodecs?: ('VP8' | 'VP9' | 'H264' | 'AV1')[];
        };
      }
    | {
        updateRoom: {
          room: string;
          title?: string;
          access?: 'open' | 'invited' | 'private';
          joinAs?: 'member' | 'guest';
          slowModeMs?: number;
          /**
           * @minItems 1
           * @maxItems 4
           */
          videoCodecs?: ('VP8' | 'VP9' | 'H264' | 'AV1')[];
        };
      }
    | {
        setMember: {
          room: string;
          user: string;
          /**
           * Unless given: what joining gives, or what they are already.
           */
          role?: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
          /**
           * Shown until they come themselves; of a new member only.
           */
          name?: string;
        };
      }
    | {
        removeMember: {
          room: string;
          user: string;
        };
      }
    | {
        setRoomGroup: {
          room: string;
          group: string;
          role: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
        };
      }
    | {
        removeRoomGroup: {
          room: string;
          group: string;
        };
      }
    | {
        createGroup: {
          group: string;
          title?: string;
        };
      }
    | {
        removeGroup: {
          group: string;
        };
      }
    | {
        addGroupUsers: {
          group: string;
          /**
           * @minItems 1
           * @maxItems 500
           */
          users: string[];
        };
      }
    | {
        removeGroupUsers: {
          group: string;
          /**
           * @minItems 1
           * @maxItems 500
           */
          users: string[];
        };
      }
    | {
        kickUser: {
          user: string;
          /**
           * For the person; the reason is `kicked`.
           */
          message?: string;
          /**
           * The session that is left alone.
           */
          except?: string;
        };
      }
    | {
        kickSession: {
          session: string;
          /**
           * For the person; the reason is `kicked`.
           */
          message?: string;
        };
      }
    | {
        revokeTokens:
          | {
              /**
               * Its `jti`.
               */
              tokenId: string;
              /**
               * When the last of these tokens has expired; after `PARLEY_AUTH_MAX_TOKEN_LIFE` unless given.
               */
              until?: number;
            }
          | {
              user: string;
              /**
               * Now, unless given: all tokens of the user so far.
               */
              issuedBefore?: number;
              /**
               * When the last of these tokens has expired; after `PARLEY_AUTH_MAX_TOKEN_LIFE` unless given.
               */
              until?: number;
            }
          | {
              /**
               * Tokens whose `iat` is not before this moment stay good.
               */
              issuedBefore: number;
              /**
               * When the last of these tokens has expired; after `PARLEY_AUTH_MAX_TOKEN_LIFE` unless given.
               */
              until?: number;
            };
      }
    | {
        muteCall: {
          room: string;
          peers: 'all' | string[];
          /**
           * @minItems 1
           * @maxItems 4
           */
          sources?: ('microphone' | 'camera' | 'screen' | 'screenAudio')[];
        };
      }
    | {
        kickPeer: {
          room: string;
          peer: string;
        };
      }
    | {
        endCall: {
          room: string;
        };
      }
    | {
        cancelPush: {
          id: string;
        };
      }
  )[];
}

export interface BatchAnswer {
  answers: {
    push?: {
      /**
       * The `id` that receivers see.
       */
      id: string;
      /**
       * Connected sessions that it was meant for.
       */
      addressed: number;
      /**
       * Sessions of these that it was handed to, on all nodes.
       */
      reached: number;
      /**
       * Users that it is kept for.
       */
      stored?: number;
      /**
       * Users of the group whose inboxes are full. Of a single user it is the error `inbox_full`.
       */
      refused?: number;
      /**
       * Browsers of users who are away that it is sent to by web push, of one with `notify`.
       */
      browsers?: number;
      /**
       * Where it stands in the room’s feed, if it was stored.
       */
      epoch?: string;
      offset?: number;
      /**
       * It waits until then, and was sent to nobody yet: `GET /v1/scheduled/{id}` tells of it.
       */
      sendAt?: number;
      /**
       * The key was used before, and this is the first answer.
       */
      repeated: boolean;
    };
    createRoom?: {
      room: string;
      title: string;
      members: number;
      maxMembers: number;
      slowModeMs: number;
      createdAt: number;
      access: 'open' | 'invited' | 'private';
      joinAs: 'member' | 'guest';
      /**
       * @minItems 1
       * @maxItems 4
       */
      videoCodecs: ('VP8' | 'VP9' | 'H264' | 'AV1')[];
    };
    updateRoom?: {
      room: string;
      title: string;
      members: number;
      maxMembers: number;
      slowModeMs: number;
      createdAt: number;
      access: 'open' | 'invited' | 'private';
      joinAs: 'member' | 'guest';
      /**
       * @minItems 1
       * @maxItems 4
       */
      videoCodecs: ('VP8' | 'VP9' | 'H264' | 'AV1')[];
    };
    setMember?: {
      user: string;
      name: string;
      /**
       * The member’s own; a group may make them more.
       */
      role: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
      /**
       * Milliseconds since the Unix epoch.
       */
      joinedAt: number;
    };
    removeMember?: {};
    setRoomGroup?: {
      group: string;
      role: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
    };
    removeRoomGroup?: {};
    createGroup?: {
      group: string;
      title: string;
      /**
       * How many are in it.
       */
      users: number;
      /**
       * Milliseconds since the Unix epoch.
       */
      createdAt: number;
    };
    removeGroup?: {};
    addGroupUsers?: {
      /**
       * How many are in it now.
       */
      users: number;
    };
    removeGroupUsers?: {
      /**
       * How many are in it now.
       */
      users: number;
    };
    kickUser?: {
      /**
       * Sessions that were ended.
       */
      sessions: number;
    };
    kickSession?: {
      /**
       * Sessions that were ended.
       */
      sessions: number;
    };
    revokeTokens?: {
      /**
       * Sessions that were closed, on all nodes that answered.
       */
      sessions: number;
    };
    muteCall?: {};
    kickPeer?: {};
    endCall?: {};
    cancelPush?: {};
    /**
     * Why it was not done; then there is nothing else.
     */
    problem?: {
      /**
       * Code of the error catalogue.
       */
      code: string;
      message: string;
      /**
       * Whether the same item may succeed later by itself.
       */
      retryable: boolean;
      /**
       * Path of the offending field within the item.
       */
      field?: string;
      retryAfterMs?: number;
    };
  }[];
  /**
   * Items that were done.
   */
  done: number;
  /**
   * Items that have a `problem`.
   */
  refused: number;
}

export interface PushGetRequest {
  id: string;
}

export interface PushGetAnswer {
  id: string;
  /**
   * Milliseconds since the Unix epoch.
   */
  at: number;
  expiresAt?: number;
  /**
   * Connected sessions that it was meant for.
   */
  addressed: number;
  /**
   * Sessions of these that it was handed to at once.
   */
  reached: number;
  /**
   * Of a push kept for users: by devices. Else by sessions, within a minute. At least so many.
   */
  acknowledged: number;
  /**
   * Users that it was kept for.
   */
  stored: number;
  /**
   * Users whose inboxes were full.
   */
  refused: number;
  /**
   * Users who have not had it yet on any device, and may until it expires.
   */
  waiting: number;
  /**
   * Users who had a newer one of its collapse key instead.
   */
  superseded: number;
  /**
   * Users for whom it expired before any device had it.
   */
  expired: number;
  /**
   * Browsers of users who were away that it was sent to by web push.
   */
  browsers: number;
  /**
   * Browsers of these whose push service took it.
   */
  browsersReached: number;
  /**
   * Browsers of these that cannot have it any more: gone, refused, or not reached in time.
   */
  browsersFailed: number;
}

export interface ScheduledListRequest {
  /**
   * `cursor` of the page before.
   */
  cursor?: string;
  limit?: number;
}

export interface ScheduledListAnswer {
  pushes: {
    /**
     * What the answer to the push gave, and what receivers see.
     */
    id: string;
    /**
     * `refused`: it could not be sent when its time came; `code` says why.
     */
    state: 'waiting' | 'sending' | 'sent' | 'refused' | 'cancelled';
    /**
     * Milliseconds since the Unix epoch.
     */
    sendAt: number;
    /**
     * Who it is for: exactly one of these.
     */
    target:
      | {
          user: string;
        }
      | {
          group: string;
        }
      | {
          session: string;
        }
      | {
          room: string;
        }
      | {
          all: true;
        };
    topic: string;
    /**
     * While it waits.
     */
    data?: unknown;
    /**
     * Once it is sent: what the answer to a push says. What came of it later says `/v1/pushes/{id}`.
     */
    report?: {
      /**
       * Connected sessions that it was meant for.
       */
      addressed: number;
      /**
       * Sessions of these that it was handed to, on all nodes.
       */
      reached: number;
      /**
       * Users that it is kept for.
       */
      stored?: number;
      /**
       * Users of the group whose inboxes are full. Of a single user it is the error `inbox_full`.
       */
      refused?: number;
      /**
       * Browsers of users who are away that it is sent to by web push, of one with `notify`.
       */
      browsers?: number;
      /**
       * Where it stands in the room’s feed, if it was stored.
       */
      epoch?: string;
      offset?: number;
    };
    /**
     * Why it was refused.
     */
    code?:
      | 'invalid_payload'
      | 'unknown_request'
      | 'too_large'
      | 'bad_token'
      | 'token_expired'
      | 'token_revoked'
      | 'bad_api_key'
      | 'version_unsupported'
      | 'forbidden'
      | 'denied'
      | 'origin_forbidden'
      | 'unknown_room'
      | 'room_deleted'
      | 'room_exists'
      | 'room_full'
      | 'not_joined'
      | 'too_many_rooms'
      | 'too_many_subscriptions'
      | 'unknown_member'
      | 'unknown_group'
      | 'group_exists'
      | 'group_full'
      | 'too_many_groups'
      | 'too_many_sessions'
      | 'unknown_user'
      | 'unknown_session'
      | 'calls_unavailable'
      | 'call_full'
      | 'call_lobby'
      | 'call_locked'
      | 'call_denied'
      | 'call_media_full'
      | 'recording_unavailable'
      | 'unknown_call'
      | 'not_in_call'
      | 'unknown_media'
      | 'media_refused'
      | 'unknown_push'
      | 'already_sent'
      | 'schedule_full'
      | 'inbox_full'
      | 'web_push_unavailable'
      | 'unknown_receiver'
      | 'conflict'
      | 'batch_aborted'
      | 'rate_limited'
      | 'slow_reader'
      | 'overloaded'
      | 'draining'
      | 'unavailable'
      | 'timeout'
      | 'internal';
  }[];
  /**
   * Where the next page begins; without it there is none.
   */
  cursor?: string;
}

export type ScheduledGetRequest = PushGetRequest;

export interface ScheduledGetAnswer {
  /**
   * What the answer to the push gave, and what receivers see.
   */
  id: string;
  /**
   * `refused`: it could not be sent when its time came; `code` says why.
   */
  state: 'waiting' | 'sending' | 'sent' | 'refused' | 'cancelled';
  /**
   * Milliseconds since the Unix epoch.
   */
  sendAt: number;
  /**
   * Who it is for: exactly one of these.
   */
  target:
    | {
        user: string;
      }
    | {
        group: string;
      }
    | {
        session: string;
      }
    | {
        room: string;
      }
    | {
        all: true;
      };
  topic: string;
  /**
   * While it waits.
   */
  data?: unknown;
  /**
   * Once it is sent: what the answer to a push says. What came of it later says `/v1/pushes/{id}`.
   */
  report?: {
    /**
     * Connected sessions that it was meant for.
     */
    addressed: number;
    /**
     * Sessions of these that it was handed to, on all nodes.
     */
    reached: number;
    /**
     * Users that it is kept for.
     */
    stored?: number;
    /**
     * Users of the group whose inboxes are full. Of a single user it is the error `inbox_full`.
     */
    refused?: number;
    /**
     * Browsers of users who are away that it is sent to by web push, of one with `notify`.
     */
    browsers?: number;
    /**
     * Where it stands in the room’s feed, if it was stored.
     */
    epoch?: string;
    offset?: number;
  };
  /**
   * Why it was refused.
   */
  code?:
    | 'invalid_payload'
    | 'unknown_request'
    | 'too_large'
    | 'bad_token'
    | 'token_expired'
    | 'token_revoked'
    | 'bad_api_key'
    | 'version_unsupported'
    | 'forbidden'
    | 'denied'
    | 'origin_forbidden'
    | 'unknown_room'
    | 'room_deleted'
    | 'room_exists'
    | 'room_full'
    | 'not_joined'
    | 'too_many_rooms'
    | 'too_many_subscriptions'
    | 'unknown_member'
    | 'unknown_group'
    | 'group_exists'
    | 'group_full'
    | 'too_many_groups'
    | 'too_many_sessions'
    | 'unknown_user'
    | 'unknown_session'
    | 'calls_unavailable'
    | 'call_full'
    | 'call_lobby'
    | 'call_locked'
    | 'call_denied'
    | 'call_media_full'
    | 'recording_unavailable'
    | 'unknown_call'
    | 'not_in_call'
    | 'unknown_media'
    | 'media_refused'
    | 'unknown_push'
    | 'already_sent'
    | 'schedule_full'
    | 'inbox_full'
    | 'web_push_unavailable'
    | 'unknown_receiver'
    | 'conflict'
    | 'batch_aborted'
    | 'rate_limited'
    | 'slow_reader'
    | 'overloaded'
    | 'draining'
    | 'unavailable'
    | 'timeout'
    | 'internal';
}

export type ScheduledCancelRequest = PushGetRequest;

export type RoomsListRequest = ScheduledListRequest;

export interface RoomsListAnswer {
  rooms: {
    room: string;
    title: string;
    members: number;
    maxMembers: number;
    slowModeMs: number;
    createdAt: number;
    access: 'open' | 'invited' | 'private';
    joinAs: 'member' | 'guest';
    /**
     * @minItems 1
     * @maxItems 4
     */
    videoCodecs: ('VP8' | 'VP9' | 'H264' | 'AV1')[];
  }[];
  /**
   * Where the next page begins; without it there is none.
   */
  cursor?: string;
}

export interface RoomsCreateRequest {
  room: string;
  title?: string;
  maxMembers?: number;
  slowModeMs?: number;
  access?: 'open' | 'invited' | 'private';
  joinAs?: 'member' | 'guest';
  /**
   * @minItems 1
   * @maxItems 4
   */
  videoCodecs?: ('VP8' | 'VP9' | 'H264' | 'AV1')[];
}

export interface RoomsCreateAnswer {
  room: string;
  title: string;
  members: number;
  maxMembers: number;
  slowModeMs: number;
  createdAt: number;
  access: 'open' | 'invited' | 'private';
  joinAs: 'member' | 'guest';
  /**
   * @minItems 1
   * @maxItems 4
   */
  videoCodecs: ('VP8' | 'VP9' | 'H264' | 'AV1')[];
}

export interface RoomsGetRequest {
  room: string;
}

export type RoomsGetAnswer = RoomsCreateAnswer;

export interface RoomsUpdateRequest {
  room: string;
  title?: string;
  access?: 'open' | 'invited' | 'private';
  joinAs?: 'member' | 'guest';
  slowModeMs?: number;
  /**
   * @minItems 1
   * @maxItems 4
   */
  videoCodecs?: ('VP8' | 'VP9' | 'H264' | 'AV1')[];
}

export type RoomsUpdateAnswer = RoomsCreateAnswer;

export type RoomsDeleteRequest = RoomsGetRequest;

export interface MembersSetRequest {
  room: string;
  user: string;
  /**
   * Unless given: what joining gives, or what they are already.
   */
  role?: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
  /**
   * Shown until they come themselves; of a new member only.
   */
  name?: string;
}

export interface MembersSetAnswer {
  user: string;
  name: string;
  /**
   * The member’s own; a group may make them more.
   */
  role: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
  /**
   * Milliseconds since the Unix epoch.
   */
  joinedAt: number;
}

export interface MembersRemoveRequest {
  room: string;
  user: string;
}

export type RoomsGroupsListRequest = RoomsGetRequest;

export interface RoomsGroupsListAnswer {
  groups: {
    group: string;
    role: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
  }[];
}

export interface RoomsGroupsSetRequest {
  room: string;
  group: string;
  role: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
}

export interface RoomsGroupsSetAnswer {
  group: string;
  role: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
}

export interface RoomsGroupsRemoveRequest {
  room: string;
  group: string;
}

export type GroupsListRequest = ScheduledListRequest;

export interface GroupsListAnswer {
  groups: {
    group: string;
    title: string;
    /**
     * How many are in it.
     */
    users: number;
    /**
     * Milliseconds since the Unix epoch.
     */
    createdAt: number;
  }[];
  /**
   * Where the next page begins; without it there is none.
   */
  cursor?: string;
}

export interface GroupsCreateRequest {
  group: string;
  title?: string;
}

export interface GroupsCreateAnswer {
  group: string;
  title: string;
  /**
   * How many are in it.
   */
  users: number;
  /**
   * Milliseconds since the Unix epoch.
   */
  createdAt: number;
}

export interface GroupsGetRequest {
  group: string;
}

export type GroupsGetAnswer = GroupsCreateAnswer;

export type GroupsRemoveRequest = GroupsGetRequest;

export interface GroupsUsersListRequest {
  group: string;
  /**
   * `cursor` of the page before.
   */
  cursor?: string;
  limit?: number;
}

export interface GroupsUsersListAnswer {
  users: string[];
  /**
   * Where the next page begins; without it there is none.
   */
  cursor?: string;
}

export interface GroupsUsersAddRequest {
  group: string;
  /**
   * @minItems 1
   * @maxItems 500
   */
  users: string[];
}

export interface GroupsUsersAddAnswer {
  /**
   * How many are in it now.
   */
  users: number;
}

export type GroupsUsersRemoveRequest = GroupsUsersAddRequest;

export type GroupsUsersRemoveAnswer = GroupsUsersAddAnswer;

export type GroupsRoomsListRequest = GroupsUsersListRequest;

export interface GroupsRoomsListAnswer {
  rooms: {
    room: string;
    role: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
  }[];
  /**
   * Where the next page begins; without it there is none.
   */
  cursor?: string;
}

export type CallsListRequest = ScheduledListRequest;

export interface CallsListAnswer {
  calls: {
    room: string;
    /**
     * The node that runs it.
     */
    node: string;
    /**
     * Milliseconds since the Unix epoch.
     */
    startedAt: number;
    peers: number;
    producers: number;
    /**
     * Sessions that wait to be let in.
     */
    waiting: number;
  }[];
  /**
   * Where the next page begins; without it there is none.
   */
  cursor?: string;
  missing: string[];
}

export type CallsGetRequest = RoomsGetRequest;

export interface CallsGetAnswer {
  active: boolean;
  startedAt?: number;
  peers: {
    peer: string;
    user: string;
    name: string;
    state: 'connected' | 'reconnecting';
    joinedAt: number;
    profile: {
      role: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
      rights: ('join' | 'audio' | 'video' | 'screen' | 'data' | 'moderate' | 'record' | 'simulate')[];
      handRaisedAt: number | null;
      metadata: {
        [k: string]: string;
      };
    };
  }[];
  producers: {
    producer: string;
    peer: string;
    kind: 'audio' | 'video';
    source: 'microphone' | 'camera' | 'screen' | 'screenAudio';
    paused: boolean;
  }[];
  locked: boolean;
  lobby: boolean;
  limits: {
    peers: number;
    producers: number;
    producersPerPeer: number;
    bitrate: number;
    videos: number;
    voices: number;
  };
  recording?: {
    since: number;
    by?: {
      user: string;
      name: string;
    };
    mixed: boolean;
  };
  recordingEnded?: {
    reason: 'stopped' | 'diskFull' | 'tooLong' | 'tooLarge' | 'unavailable';
    by?: {
      user: string;
      name: string;
    };
  };
  recordable: 'no' | 'tracks' | 'mixed';
  waiting: {
    session: string;
    user: string;
    name: string;
    since: number;
  }[];
  room: string;
  /**
   * The node that runs it.
   */
  node?: string;
}

export interface CallsUpdateRequest {
  room: string;
  /**
   * Of the call that runs; refused with `unknown_call` without one.
   */
  locked?: boolean;
  /**
   * Of the room: it outlasts the call.
   */
  lobby?: boolean;
  /**
   * Of the room. `null`: the server’s own; 0: as many as the server bears.
   */
  limits?: {
    peers?: number | null;
    producers?: number | null;
    producersPerPeer?: number | null;
    bitrate?: number | null;
    videos?: number | null;
    voices?: number | null;
  };
}

/**
 * What holds afterwards.
 */
export interface CallsUpdateAnswer {
  locked: boolean;
  lobby: boolean;
  limits: {
    peers: number;
    producers: number;
    producersPerPeer: number;
    bitrate: number;
    videos: number;
    voices: number;
  };
}

export interface CallsMuteRequest {
  room: string;
  peers: 'all' | string[];
  /**
   * @minItems 1
   * @maxItems 4
   */
  sources?: ('microphone' | 'camera' | 'screen' | 'screenAudio')[];
}

export interface CallsKickRequest {
  room: string;
  peer: string;
}

export interface CallsAdmitRequest {
  room: string;
  sessions: 'all' | string[];
}

export type CallsDenyRequest = CallsAdmitRequest;

export interface CallsMoveRequest {
  room: string;
  /**
   * One that has media and does not leave. Default: the other one with the fewest peers.
   */
  node?: string;
  /**
   * The call stays with its node, and what that carries of it goes to other media workers of it. Refused with `invalid_payload` if all of them carry it already, and with `overloaded` while the others are full.
   */
  otherWorker?: boolean;
}

export interface CallsMoveAnswer {
  /**
   * Where it goes on.
   */
  node: string;
}

export interface CallsRecordingStartRequest {
  room: string;
  /**
   * One file is made of all tracks afterwards. Default: as `PARLEY_RECORDING_MIXED` says.
   */
  mixed?: boolean;
}

export type CallsRecordingStopRequest = RoomsGetRequest;

export type CallsEndRequest = RoomsGetRequest;

export interface RoomsHistoryRequest {
  room: string;
  /**
   * The events directly before this offset.
   */
  before?: number;
  /**
   * The events directly after this offset; 0 begins at the oldest.
   */
  after?: number;
  limit?: number;
}

export interface RoomsHistoryAnswer {
  epoch: string;
  head: number;
  events: {
    /**
     * Name of the event.
     */
    event: string;
    /**
     * As clients receive it.
     */
    payload: {
      [k: string]: unknown;
    };
  }[];
  more: boolean;
}

export interface PresenceUserRequest {
  user: string;
}

export interface PresenceUserAnswer {
  user: string;
  status: 'online' | 'away' | 'offline';
  devices?: {
    device?: string;
    status: 'online' | 'away';
  }[];
}

export interface PresenceUsersRequest {
  /**
   * @minItems 1
   * @maxItems 500
   */
  users: string[];
}

export interface PresenceUsersAnswer {
  users: {
    user: string;
    status: 'online' | 'away' | 'offline';
    devices?: {
      device?: string;
      status: 'online' | 'away';
    }[];
  }[];
}

export interface PresenceRoomRequest {
  room: string;
  /**
   * `cursor` of the page before.
   */
  cursor?: string;
  limit?: number;
}

export interface PresenceRoomAnswer {
  members: {
    user: string;
    name: string;
    role: 'owner' | 'admin' | 'moderator' | 'member' | 'guest';
    joinedAt: number;
    presence: 'online' | 'away' | 'offline';
  }[];
  cursor?: string;
}

export type SessionsListRequest = PresenceUserRequest;

export interface SessionsListAnswer {
  sessions: {
    session: string;
    user: string;
    device?: string;
    node: string;
    state: 'connected' | 'away';
    createdAt: number;
    seenAt: number;
    /**
     * Display name.
     */
    name: string;
    /**
     * Rooms that the session has joined.
     */
    rooms: string[];
    /**
     * The room whose call it is in.
     */
    call?: string;
  }[];
  /**
   * When the user was last known to be there, within thirty days, in milliseconds.
   */
  seenAt?: number;
}

export interface UsersKickRequest {
  user: string;
  /**
   * For the person; the reason is `kicked`.
   */
  message?: string;
  /**
   * The session that is left alone.
   */
  except?: string;
}

export interface UsersKickAnswer {
  /**
   * Sessions that were ended.
   */
  sessions: number;
}

export interface SessionsKickRequest {
  session: string;
  /**
   * For the person; the reason is `kicked`.
   */
  message?: string;
}

export type SessionsKickAnswer = UsersKickAnswer;

export type TokensRevokeRequest = {} & (
  | {
      /**
       * Its `jti`.
       */
      tokenId: string;
      /**
       * When the last of these tokens has expired; after `PARLEY_AUTH_MAX_TOKEN_LIFE` unless given.
       */
      until?: number;
    }
  | {
      user: string;
      /**
       * Now, unless given: all tokens of the user so far.
       */
      issuedBefore?: number;
      /**
       * When the last of these tokens has expired; after `PARLEY_AUTH_MAX_TOKEN_LIFE` unless given.
       */
      until?: number;
    }
  | {
      /**
       * Tokens whose `iat` is not before this moment stay good.
       */
      issuedBefore: number;
      /**
       * When the last of these tokens has expired; after `PARLEY_AUTH_MAX_TOKEN_LIFE` unless given.
       */
      until?: number;
    }
);

export interface TokensRevokeAnswer {
  /**
   * Sessions that were closed, on all nodes that answered.
   */
  sessions: number;
}

export type WebhooksListRequest = Record<string, never>;

export interface WebhooksListAnswer {
  receivers: {
    receiver: string;
    url: string;
    events: string[];
    /**
     * What waits: events, and rooms whose logs have grown.
     */
    queued: number;
    /**
     * Events that were given up.
     */
    parked: number;
  }[];
}

export interface WebhooksParkedRequest {
  /**
   * Its name in `PARLEY_WEBHOOKS`.
   */
  receiver: string;
  /**
   * `cursor` of the page before.
   */
  cursor?: string;
  limit?: number;
}

export interface WebhooksParkedAnswer {
  events: {
    id: string;
    type: string;
    /**
     * What came of the last attempt.
     */
    reason: string;
    attempts: number;
    /**
     * Milliseconds since the Unix epoch.
     */
    parkedAt: number;
    /**
     * The CloudEvent as it was sent.
     */
    payload: {
      [k: string]: unknown;
    };
  }[];
  /**
   * Where the next page begins; without it there is none.
   */
  cursor?: string;
}

export interface WebhooksReplayRequest {
  /**
   * Its name in `PARLEY_WEBHOOKS`.
   */
  receiver: string;
  /**
   * All, if not given.
   *
   * @minItems 1
   * @maxItems 1000
   */
  ids?: string[];
}

export interface WebhooksReplayAnswer {
  replayed: number;
}

export type WebhooksDiscardRequest = WebhooksReplayRequest;

export interface WebhooksDiscardAnswer {
  discarded: number;
}

export interface WebhooksPingRequest {
  /**
   * Its name in `PARLEY_WEBHOOKS`.
   */
  receiver: string;
}

export interface WebhooksPingAnswer {
  id: string;
}

export type InfoGetRequest = WebhooksListRequest;

export interface InfoGetAnswer {
  node: string;
  /**
   * Version of the server.
   */
  version: string;
  protocol: {
    version: number;
    floor: number;
  };
  /**
   * Sessions connected to this node.
   */
  connections: number;
  /**
   * Live nodes of the cluster, this one included; at most one heartbeat old.
   */
  nodes: {
    node: string;
    /**
     * Whether it has a media worker.
     */
    media: boolean;
    /**
     * Whether clients connect to it.
     */
    clients: boolean;
    /**
     * Whether it hands its clients over and will be gone.
     */
    leaving: boolean;
    /**
     * Milliseconds since the Unix epoch.
     */
    startedAt: number;
  }[];
  calls: {
    available: boolean;
    reason?: string;
  };
}

export interface WatchRequest {
  /**
   * All unless given.
   *
   * @minItems 1
   * @maxItems 3
   */
  kinds?: ('presence' | 'sessions' | 'calls')[];
  /**
   * Only what is in these rooms, or in rooms that begin so (`team-*`). Unless given: all that the key is for; of a key for all rooms also what is in none.
   *
   * @minItems 1
   * @maxItems 100
   */
  rooms?: string[];
  /**
   * Only these. Beginnings and ends of calls, which are nobody’s, are not told then.
   *
   * @minItems 1
   * @maxItems 100
   */
  users?: string[];
  /**
   * The last one that an earlier watch of the same things told: what changed since is told instead of the state, if this node still knows it.
   */
  position?: string;
  /**
   * When nothing changes for so long, a `heartbeat` says so.
   */
  heartbeatMs?: number;
}

export type WatchNews =
  | {
      event: 'snapshot';
      why: 'asked' | 'unknown_position';
      /**
       * Milliseconds since the Unix epoch.
       */
      at: number;
      /**
       * Where another watch can go on that has been told all up to here.
       */
      position?: string;
    }
  | {
      event: 'ready';
      /**
       * Milliseconds since the Unix epoch.
       */
      at: number;
      /**
       * Where another watch can go on that has been told all up to here.
       */
      position?: string;
    }
  | {
      event: 'resumed';
      /**
       * Milliseconds since the Unix epoch.
       */
      at: number;
      /**
       * Where another watch can go on that has been told all up to here.
       */
      position?: string;
    }
  | {
      event: 'heartbeat';
      current: boolean;
      /**
       * Milliseconds since the Unix epoch.
       */
      at: number;
      /**
       * Where another watch can go on that has been told all up to here.
       */
      position?: string;
    }
  | {
      user: string;
      status: 'online' | 'away' | 'offline';
      devices: {
        device?: string;
        status: 'online' | 'away';
      }[];
      event: 'presence';
      /**
       * Those of the rooms watched.
       */
      rooms: string[];
      /**
       * Milliseconds since the Unix epoch.
       */
      at: number;
      /**
       * Where another watch can go on that has been told all up to here.
       */
      position?: string;
    }
  | {
      event: 'session';
      session: string;
      user: string;
      name: string;
      device?: string;
      node: string;
      state: 'connected' | 'away' | 'gone';
      /**
       * Those of the rooms watched.
       */
      rooms: string[];
      /**
       * The room whose call it is in, or waits to be let in to.
       */
      call?: string;
      /**
       * Milliseconds since the Unix epoch.
       */
      at: number;
      /**
       * Where another watch can go on that has been told all up to here.
       */
      position?: string;
    }
  | {
      event: 'call';
      room: string;
      state: 'running' | 'over';
      /**
       * Milliseconds since the Unix epoch.
       */
      at: number;
      /**
       * Where another watch can go on that has been told all up to here.
       */
      position?: string;
    }
  | {
      event: 'peer';
      room: string;
      session: string;
      user: string;
      name: string;
      state: 'in' | 'out';
      /**
       * Milliseconds since the Unix epoch.
       */
      at: number;
      /**
       * Where another watch can go on that has been told all up to here.
       */
      position?: string;
    };
