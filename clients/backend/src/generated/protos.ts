// Generated from the verbs of the server by `npm run docs`.

export const protos: object = {
  nested: {
    parley: {
      nested: {
        v1: {
          options: {go_package: 'parley/v1;parleyv1', java_multiple_files: true, java_package: 'parley.v1'},
          nested: {
            PushService: {
              methods: {
                Push: {requestType: 'PushRequest', responseType: 'PushReport'},
                GetPush: {requestType: 'GetPushRequest', responseType: 'PushOutcome'},
                ListScheduledPushes: {
                  requestType: 'ListScheduledPushesRequest',
                  responseType: 'ListScheduledPushesResponse',
                },
                GetScheduledPush: {requestType: 'GetScheduledPushRequest', responseType: 'ScheduledPush'},
                CancelScheduledPush: {requestType: 'CancelScheduledPushRequest', responseType: 'google.protobuf.Empty'},
                PushMany: {requestType: 'PushRequest', requestStream: true, responseType: 'PushManyReport'},
              },
            },
            PushRequest: {
              oneofs: {
                _dataJson: {oneof: ['dataJson']},
                _key: {oneof: ['key']},
                _ttlMs: {oneof: ['ttlMs']},
                _collapseKey: {oneof: ['collapseKey']},
                _ack: {oneof: ['ack']},
                _sendAt: {oneof: ['sendAt']},
                _delayMs: {oneof: ['delayMs']},
                _priority: {oneof: ['priority']},
              },
              fields: {
                target: {type: 'PushTarget', id: 1},
                except: {type: 'PushExcept', id: 2},
                topic: {type: 'string', id: 3},
                dataJson: {type: 'string', id: 4, options: {proto3_optional: true}},
                store: {type: 'bool', id: 5},
                key: {type: 'string', id: 6, options: {proto3_optional: true}},
                ttlMs: {type: 'uint64', id: 7, options: {proto3_optional: true}},
                collapseKey: {type: 'string', id: 8, options: {proto3_optional: true}},
                ack: {type: 'bool', id: 9, options: {proto3_optional: true}},
                sendAt: {type: 'uint64', id: 10, options: {proto3_optional: true}},
                delayMs: {type: 'uint64', id: 11, options: {proto3_optional: true}},
                notify: {type: 'Notification', id: 20},
                priority: {type: 'string', id: 21, options: {proto3_optional: true}},
              },
            },
            Notification: {
              oneofs: {_body: {oneof: ['body']}, _room: {oneof: ['room']}, _url: {oneof: ['url']}},
              fields: {
                title: {type: 'string', id: 1},
                body: {type: 'string', id: 2, options: {proto3_optional: true}},
                room: {type: 'string', id: 3, options: {proto3_optional: true}},
                url: {type: 'string', id: 4, options: {proto3_optional: true}},
              },
            },
            PushTarget: {
              oneofs: {to: {oneof: ['user', 'group', 'session', 'room', 'all']}},
              fields: {
                user: {type: 'string', id: 1},
                group: {type: 'string', id: 2},
                session: {type: 'string', id: 3},
                room: {type: 'string', id: 4},
                all: {type: 'bool', id: 5},
              },
            },
            PushExcept: {
              fields: {
                users: {rule: 'repeated', type: 'string', id: 1},
                sessions: {rule: 'repeated', type: 'string', id: 2},
              },
            },
            PushReport: {
              oneofs: {
                _epoch: {oneof: ['epoch']},
                _offset: {oneof: ['offset']},
                _stored: {oneof: ['stored']},
                _refused: {oneof: ['refused']},
                _sendAt: {oneof: ['sendAt']},
                _browsers: {oneof: ['browsers']},
              },
              fields: {
                id: {type: 'string', id: 1},
                addressed: {type: 'uint64', id: 2},
                reached: {type: 'uint64', id: 3},
                epoch: {type: 'string', id: 4, options: {proto3_optional: true}},
                offset: {type: 'uint64', id: 5, options: {proto3_optional: true}},
                repeated: {type: 'bool', id: 6},
                stored: {type: 'uint64', id: 7, options: {proto3_optional: true}},
                refused: {type: 'uint64', id: 8, options: {proto3_optional: true}},
                sendAt: {type: 'uint64', id: 9, options: {proto3_optional: true}},
                browsers: {type: 'uint64', id: 20, options: {proto3_optional: true}},
              },
            },
            ListScheduledPushesRequest: {
              oneofs: {_cursor: {oneof: ['cursor']}, _limit: {oneof: ['limit']}},
              fields: {
                cursor: {type: 'string', id: 1, options: {proto3_optional: true}},
                limit: {type: 'uint32', id: 2, options: {proto3_optional: true}},
              },
            },
            ListScheduledPushesResponse: {
              oneofs: {_cursor: {oneof: ['cursor']}},
              fields: {
                pushes: {rule: 'repeated', type: 'ScheduledPush', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
              },
            },
            GetScheduledPushRequest: {fields: {id: {type: 'string', id: 1}}},
            CancelScheduledPushRequest: {fields: {id: {type: 'string', id: 1}}},
            ScheduledPush: {
              oneofs: {_dataJson: {oneof: ['dataJson']}, _report: {oneof: ['report']}, _code: {oneof: ['code']}},
              fields: {
                id: {type: 'string', id: 1},
                state: {type: 'string', id: 2},
                sendAt: {type: 'uint64', id: 3},
                target: {type: 'PushTarget', id: 4},
                topic: {type: 'string', id: 5},
                dataJson: {type: 'string', id: 6, options: {proto3_optional: true}},
                report: {type: 'ScheduledPushReport', id: 7, options: {proto3_optional: true}},
                code: {type: 'string', id: 8, options: {proto3_optional: true}},
              },
            },
            ScheduledPushReport: {
              oneofs: {
                _stored: {oneof: ['stored']},
                _refused: {oneof: ['refused']},
                _epoch: {oneof: ['epoch']},
                _offset: {oneof: ['offset']},
                _browsers: {oneof: ['browsers']},
              },
              fields: {
                addressed: {type: 'uint64', id: 1},
                reached: {type: 'uint64', id: 2},
                stored: {type: 'uint64', id: 3, options: {proto3_optional: true}},
                refused: {type: 'uint64', id: 4, options: {proto3_optional: true}},
                epoch: {type: 'string', id: 5, options: {proto3_optional: true}},
                offset: {type: 'uint64', id: 6, options: {proto3_optional: true}},
                browsers: {type: 'uint64', id: 7, options: {proto3_optional: true}},
              },
            },
            GetPushRequest: {fields: {id: {type: 'string', id: 1}}},
            PushOutcome: {
              oneofs: {_expiresAt: {oneof: ['expiresAt']}},
              fields: {
                id: {type: 'string', id: 1},
                at: {type: 'uint64', id: 2},
                expiresAt: {type: 'uint64', id: 3, options: {proto3_optional: true}},
                addressed: {type: 'uint64', id: 4},
                reached: {type: 'uint64', id: 5},
                acknowledged: {type: 'uint64', id: 6},
                stored: {type: 'uint64', id: 7},
                refused: {type: 'uint64', id: 8},
                waiting: {type: 'uint64', id: 9},
                superseded: {type: 'uint64', id: 10},
                expired: {type: 'uint64', id: 11},
                browsers: {type: 'uint64', id: 20},
                browsersReached: {type: 'uint64', id: 21},
                browsersFailed: {type: 'uint64', id: 22},
              },
            },
            PushManyReport: {
              fields: {
                done: {type: 'uint64', id: 1},
                addressed: {type: 'uint64', id: 2},
                reached: {type: 'uint64', id: 3},
                repeated: {type: 'uint64', id: 4},
                refused: {type: 'uint64', id: 5},
                refusals: {rule: 'repeated', type: 'PushRefusal', id: 6},
              },
            },
            PushRefusal: {
              fields: {
                index: {type: 'uint64', id: 1},
                code: {type: 'string', id: 2},
                message: {type: 'string', id: 3},
                retryable: {type: 'bool', id: 4},
              },
            },
            BatchService: {methods: {Batch: {requestType: 'BatchRequest', responseType: 'BatchResponse'}}},
            BatchRequest: {fields: {items: {rule: 'repeated', type: 'BatchItem', id: 1}}},
            BatchItem: {
              oneofs: {
                item: {
                  oneof: [
                    'push',
                    'createRoom',
                    'updateRoom',
                    'setMember',
                    'removeMember',
                    'setRoomGroup',
                    'removeRoomGroup',
                    'createGroup',
                    'removeGroup',
                    'addGroupUsers',
                    'removeGroupUsers',
                    'kickUser',
                    'kickSession',
                    'revokeTokens',
                  ],
                },
              },
              fields: {
                push: {type: 'PushRequest', id: 1},
                createRoom: {type: 'CreateRoomRequest', id: 2},
                updateRoom: {type: 'UpdateRoomRequest', id: 3},
                setMember: {type: 'SetMemberRequest', id: 4},
                removeMember: {type: 'RemoveMemberRequest', id: 5},
                setRoomGroup: {type: 'SetRoomGroupRequest', id: 6},
                removeRoomGroup: {type: 'RemoveRoomGroupRequest', id: 7},
                createGroup: {type: 'CreateGroupRequest', id: 8},
                removeGroup: {type: 'RemoveGroupRequest', id: 9},
                addGroupUsers: {type: 'AddGroupUsersRequest', id: 10},
                removeGroupUsers: {type: 'RemoveGroupUsersRequest', id: 11},
                kickUser: {type: 'KickUserRequest', id: 12},
                kickSession: {type: 'KickSessionRequest', id: 13},
                revokeTokens: {type: 'RevokeTokensRequest', id: 14},
              },
            },
            BatchResponse: {
              fields: {
                answers: {rule: 'repeated', type: 'BatchAnswer', id: 1},
                done: {type: 'uint64', id: 2},
                refused: {type: 'uint64', id: 3},
              },
            },
            BatchAnswer: {
              oneofs: {
                answer: {
                  oneof: [
                    'push',
                    'createRoom',
                    'updateRoom',
                    'setMember',
                    'removeMember',
                    'setRoomGroup',
                    'removeRoomGroup',
                    'createGroup',
                    'removeGroup',
                    'addGroupUsers',
                    'removeGroupUsers',
                    'kickUser',
                    'kickSession',
                    'revokeTokens',
                    'problem',
                  ],
                },
              },
              fields: {
                push: {type: 'PushReport', id: 1},
                createRoom: {type: 'Room', id: 2},
                updateRoom: {type: 'Room', id: 3},
                setMember: {type: 'Member', id: 4},
                removeMember: {type: 'google.protobuf.Empty', id: 5},
                setRoomGroup: {type: 'RoomGroup', id: 6},
                removeRoomGroup: {type: 'google.protobuf.Empty', id: 7},
                createGroup: {type: 'Group', id: 8},
                removeGroup: {type: 'google.protobuf.Empty', id: 9},
                addGroupUsers: {type: 'GroupSize', id: 10},
                removeGroupUsers: {type: 'GroupSize', id: 11},
                kickUser: {type: 'KickResponse', id: 12},
                kickSession: {type: 'KickResponse', id: 13},
                revokeTokens: {type: 'RevokeTokensResponse', id: 14},
                problem: {type: 'Problem', id: 15},
              },
            },
            Problem: {
              oneofs: {_field: {oneof: ['field']}, _retryAfterMs: {oneof: ['retryAfterMs']}},
              fields: {
                code: {type: 'string', id: 1},
                message: {type: 'string', id: 2},
                retryable: {type: 'bool', id: 3},
                field: {type: 'string', id: 4, options: {proto3_optional: true}},
                retryAfterMs: {type: 'uint64', id: 5, options: {proto3_optional: true}},
              },
            },
            GroupService: {
              methods: {
                ListGroups: {requestType: 'ListGroupsRequest', responseType: 'ListGroupsResponse'},
                CreateGroup: {requestType: 'CreateGroupRequest', responseType: 'Group'},
                GetGroup: {requestType: 'GetGroupRequest', responseType: 'Group'},
                RemoveGroup: {requestType: 'RemoveGroupRequest', responseType: 'google.protobuf.Empty'},
                ListGroupUsers: {requestType: 'ListGroupUsersRequest', responseType: 'ListGroupUsersResponse'},
                AddGroupUsers: {requestType: 'AddGroupUsersRequest', responseType: 'GroupSize'},
                RemoveGroupUsers: {requestType: 'RemoveGroupUsersRequest', responseType: 'GroupSize'},
                ListGroupRooms: {requestType: 'ListGroupRoomsRequest', responseType: 'ListGroupRoomsResponse'},
              },
            },
            Group: {
              fields: {
                group: {type: 'string', id: 1},
                title: {type: 'string', id: 2},
                users: {type: 'uint64', id: 3},
                createdAt: {type: 'uint64', id: 4},
              },
            },
            ListGroupsRequest: {
              oneofs: {_cursor: {oneof: ['cursor']}, _limit: {oneof: ['limit']}},
              fields: {
                cursor: {type: 'string', id: 1, options: {proto3_optional: true}},
                limit: {type: 'uint32', id: 2, options: {proto3_optional: true}},
              },
            },
            ListGroupsResponse: {
              oneofs: {_cursor: {oneof: ['cursor']}},
              fields: {
                groups: {rule: 'repeated', type: 'Group', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
              },
            },
            CreateGroupRequest: {
              oneofs: {_title: {oneof: ['title']}},
              fields: {
                group: {type: 'string', id: 1},
                title: {type: 'string', id: 2, options: {proto3_optional: true}},
              },
            },
            GetGroupRequest: {fields: {group: {type: 'string', id: 1}}},
            RemoveGroupRequest: {fields: {group: {type: 'string', id: 1}}},
            ListGroupUsersRequest: {
              oneofs: {_cursor: {oneof: ['cursor']}, _limit: {oneof: ['limit']}},
              fields: {
                group: {type: 'string', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
                limit: {type: 'uint32', id: 3, options: {proto3_optional: true}},
              },
            },
            ListGroupUsersResponse: {
              oneofs: {_cursor: {oneof: ['cursor']}},
              fields: {
                users: {rule: 'repeated', type: 'string', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
              },
            },
            AddGroupUsersRequest: {
              fields: {group: {type: 'string', id: 1}, users: {rule: 'repeated', type: 'string', id: 2}},
            },
            RemoveGroupUsersRequest: {
              fields: {group: {type: 'string', id: 1}, users: {rule: 'repeated', type: 'string', id: 2}},
            },
            GroupSize: {fields: {users: {type: 'uint64', id: 1}}},
            ListGroupRoomsRequest: {
              oneofs: {_cursor: {oneof: ['cursor']}, _limit: {oneof: ['limit']}},
              fields: {
                group: {type: 'string', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
                limit: {type: 'uint32', id: 3, options: {proto3_optional: true}},
              },
            },
            ListGroupRoomsResponse: {
              oneofs: {_cursor: {oneof: ['cursor']}},
              fields: {
                rooms: {rule: 'repeated', type: 'GroupRoom', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
              },
            },
            GroupRoom: {fields: {room: {type: 'string', id: 1}, role: {type: 'string', id: 2}}},
            RoomService: {
              methods: {
                ListRooms: {requestType: 'ListRoomsRequest', responseType: 'ListRoomsResponse'},
                CreateRoom: {requestType: 'CreateRoomRequest', responseType: 'Room'},
                GetRoom: {requestType: 'GetRoomRequest', responseType: 'Room'},
                UpdateRoom: {requestType: 'UpdateRoomRequest', responseType: 'Room'},
                DeleteRoom: {requestType: 'DeleteRoomRequest', responseType: 'google.protobuf.Empty'},
                GetHistory: {requestType: 'GetHistoryRequest', responseType: 'GetHistoryResponse'},
                SetMember: {requestType: 'SetMemberRequest', responseType: 'Member'},
                RemoveMember: {requestType: 'RemoveMemberRequest', responseType: 'google.protobuf.Empty'},
                ListRoomGroups: {requestType: 'ListRoomGroupsRequest', responseType: 'ListRoomGroupsResponse'},
                SetRoomGroup: {requestType: 'SetRoomGroupRequest', responseType: 'RoomGroup'},
                RemoveRoomGroup: {requestType: 'RemoveRoomGroupRequest', responseType: 'google.protobuf.Empty'},
              },
            },
            Room: {
              fields: {
                room: {type: 'string', id: 1},
                title: {type: 'string', id: 2},
                access: {type: 'string', id: 3},
                joinAs: {type: 'string', id: 4},
                slowModeMs: {type: 'uint32', id: 5},
                members: {type: 'uint64', id: 6},
                maxMembers: {type: 'uint64', id: 7},
                videoCodecs: {rule: 'repeated', type: 'string', id: 8},
                createdAt: {type: 'uint64', id: 9},
              },
            },
            ListRoomsRequest: {
              oneofs: {_cursor: {oneof: ['cursor']}, _limit: {oneof: ['limit']}},
              fields: {
                cursor: {type: 'string', id: 1, options: {proto3_optional: true}},
                limit: {type: 'uint32', id: 2, options: {proto3_optional: true}},
              },
            },
            ListRoomsResponse: {
              oneofs: {_cursor: {oneof: ['cursor']}},
              fields: {
                rooms: {rule: 'repeated', type: 'Room', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
              },
            },
            CreateRoomRequest: {
              oneofs: {
                _title: {oneof: ['title']},
                _access: {oneof: ['access']},
                _joinAs: {oneof: ['joinAs']},
                _slowModeMs: {oneof: ['slowModeMs']},
                _maxMembers: {oneof: ['maxMembers']},
              },
              fields: {
                room: {type: 'string', id: 1},
                title: {type: 'string', id: 2, options: {proto3_optional: true}},
                access: {type: 'string', id: 3, options: {proto3_optional: true}},
                joinAs: {type: 'string', id: 4, options: {proto3_optional: true}},
                slowModeMs: {type: 'uint32', id: 5, options: {proto3_optional: true}},
                maxMembers: {type: 'uint32', id: 6, options: {proto3_optional: true}},
                videoCodecs: {rule: 'repeated', type: 'string', id: 7},
              },
            },
            GetRoomRequest: {fields: {room: {type: 'string', id: 1}}},
            UpdateRoomRequest: {
              oneofs: {
                _title: {oneof: ['title']},
                _access: {oneof: ['access']},
                _joinAs: {oneof: ['joinAs']},
                _slowModeMs: {oneof: ['slowModeMs']},
              },
              fields: {
                room: {type: 'string', id: 1},
                title: {type: 'string', id: 2, options: {proto3_optional: true}},
                access: {type: 'string', id: 3, options: {proto3_optional: true}},
                joinAs: {type: 'string', id: 4, options: {proto3_optional: true}},
                slowModeMs: {type: 'uint32', id: 5, options: {proto3_optional: true}},
                videoCodecs: {rule: 'repeated', type: 'string', id: 6},
              },
            },
            DeleteRoomRequest: {fields: {room: {type: 'string', id: 1}}},
            GetHistoryRequest: {
              oneofs: {_before: {oneof: ['before']}, _after: {oneof: ['after']}, _limit: {oneof: ['limit']}},
              fields: {
                room: {type: 'string', id: 1},
                before: {type: 'uint64', id: 2, options: {proto3_optional: true}},
                after: {type: 'uint64', id: 3, options: {proto3_optional: true}},
                limit: {type: 'uint32', id: 4, options: {proto3_optional: true}},
              },
            },
            GetHistoryResponse: {
              fields: {
                epoch: {type: 'string', id: 1},
                head: {type: 'uint64', id: 2},
                events: {rule: 'repeated', type: 'StoredEvent', id: 3},
                more: {type: 'bool', id: 4},
              },
            },
            StoredEvent: {fields: {event: {type: 'string', id: 1}, payloadJson: {type: 'string', id: 2}}},
            Member: {
              fields: {
                user: {type: 'string', id: 1},
                name: {type: 'string', id: 2},
                role: {type: 'string', id: 3},
                joinedAt: {type: 'uint64', id: 4},
              },
            },
            SetMemberRequest: {
              oneofs: {_role: {oneof: ['role']}, _name: {oneof: ['name']}},
              fields: {
                room: {type: 'string', id: 1},
                user: {type: 'string', id: 2},
                role: {type: 'string', id: 3, options: {proto3_optional: true}},
                name: {type: 'string', id: 4, options: {proto3_optional: true}},
              },
            },
            RemoveMemberRequest: {fields: {room: {type: 'string', id: 1}, user: {type: 'string', id: 2}}},
            RoomGroup: {fields: {group: {type: 'string', id: 1}, role: {type: 'string', id: 2}}},
            ListRoomGroupsRequest: {fields: {room: {type: 'string', id: 1}}},
            ListRoomGroupsResponse: {fields: {groups: {rule: 'repeated', type: 'RoomGroup', id: 1}}},
            SetRoomGroupRequest: {
              fields: {room: {type: 'string', id: 1}, group: {type: 'string', id: 2}, role: {type: 'string', id: 3}},
            },
            RemoveRoomGroupRequest: {fields: {room: {type: 'string', id: 1}, group: {type: 'string', id: 2}}},
            SessionService: {
              methods: {
                ListUserSessions: {requestType: 'ListUserSessionsRequest', responseType: 'ListUserSessionsResponse'},
                KickUser: {requestType: 'KickUserRequest', responseType: 'KickResponse'},
                KickSession: {requestType: 'KickSessionRequest', responseType: 'KickResponse'},
                RevokeTokens: {requestType: 'RevokeTokensRequest', responseType: 'RevokeTokensResponse'},
              },
            },
            ListUserSessionsRequest: {fields: {user: {type: 'string', id: 1}}},
            ListUserSessionsResponse: {
              oneofs: {_seenAt: {oneof: ['seenAt']}},
              fields: {
                sessions: {rule: 'repeated', type: 'Session', id: 1},
                seenAt: {type: 'uint64', id: 2, options: {proto3_optional: true}},
              },
            },
            Session: {
              oneofs: {_device: {oneof: ['device']}, _call: {oneof: ['call']}},
              fields: {
                session: {type: 'string', id: 1},
                user: {type: 'string', id: 2},
                name: {type: 'string', id: 3},
                device: {type: 'string', id: 4, options: {proto3_optional: true}},
                node: {type: 'string', id: 5},
                state: {type: 'string', id: 6},
                createdAt: {type: 'uint64', id: 7},
                seenAt: {type: 'uint64', id: 8},
                rooms: {rule: 'repeated', type: 'string', id: 9},
                call: {type: 'string', id: 10, options: {proto3_optional: true}},
              },
            },
            KickUserRequest: {
              oneofs: {_message: {oneof: ['message']}, _except: {oneof: ['except']}},
              fields: {
                user: {type: 'string', id: 1},
                message: {type: 'string', id: 2, options: {proto3_optional: true}},
                except: {type: 'string', id: 3, options: {proto3_optional: true}},
              },
            },
            KickSessionRequest: {
              oneofs: {_message: {oneof: ['message']}},
              fields: {
                session: {type: 'string', id: 1},
                message: {type: 'string', id: 2, options: {proto3_optional: true}},
              },
            },
            KickResponse: {fields: {sessions: {type: 'uint64', id: 1}}},
            RevokeTokensRequest: {
              oneofs: {
                _tokenId: {oneof: ['tokenId']},
                _user: {oneof: ['user']},
                _issuedBefore: {oneof: ['issuedBefore']},
                _until: {oneof: ['until']},
              },
              fields: {
                tokenId: {type: 'string', id: 1, options: {proto3_optional: true}},
                user: {type: 'string', id: 2, options: {proto3_optional: true}},
                issuedBefore: {type: 'uint64', id: 3, options: {proto3_optional: true}},
                until: {type: 'uint64', id: 4, options: {proto3_optional: true}},
              },
            },
            RevokeTokensResponse: {fields: {sessions: {type: 'uint64', id: 1}}},
            CallService: {
              methods: {
                ListCalls: {requestType: 'ListCallsRequest', responseType: 'ListCallsResponse'},
                GetCall: {requestType: 'GetCallRequest', responseType: 'Call'},
                UpdateCall: {requestType: 'UpdateCallRequest', responseType: 'CallRules'},
                MuteCall: {requestType: 'MuteCallRequest', responseType: 'google.protobuf.Empty'},
                KickPeer: {requestType: 'KickPeerRequest', responseType: 'google.protobuf.Empty'},
                AdmitToCall: {requestType: 'AdmitToCallRequest', responseType: 'google.protobuf.Empty'},
                DenyCall: {requestType: 'DenyCallRequest', responseType: 'google.protobuf.Empty'},
                MoveCall: {requestType: 'MoveCallRequest', responseType: 'MoveCallResponse'},
                StartRecording: {requestType: 'StartRecordingRequest', responseType: 'google.protobuf.Empty'},
                StopRecording: {requestType: 'StopRecordingRequest', responseType: 'google.protobuf.Empty'},
                EndCall: {requestType: 'EndCallRequest', responseType: 'google.protobuf.Empty'},
              },
            },
            ListCallsRequest: {
              oneofs: {_cursor: {oneof: ['cursor']}, _limit: {oneof: ['limit']}},
              fields: {
                cursor: {type: 'string', id: 1, options: {proto3_optional: true}},
                limit: {type: 'uint32', id: 2, options: {proto3_optional: true}},
              },
            },
            ListCallsResponse: {
              oneofs: {_cursor: {oneof: ['cursor']}},
              fields: {
                calls: {rule: 'repeated', type: 'CallOverview', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
                missing: {rule: 'repeated', type: 'string', id: 3},
              },
            },
            CallOverview: {
              fields: {
                room: {type: 'string', id: 1},
                node: {type: 'string', id: 2},
                startedAt: {type: 'uint64', id: 3},
                peers: {type: 'uint64', id: 4},
                producers: {type: 'uint64', id: 5},
                waiting: {type: 'uint64', id: 6},
              },
            },
            GetCallRequest: {fields: {room: {type: 'string', id: 1}}},
            Call: {
              oneofs: {
                _node: {oneof: ['node']},
                _startedAt: {oneof: ['startedAt']},
                _recording: {oneof: ['recording']},
              },
              fields: {
                room: {type: 'string', id: 1},
                node: {type: 'string', id: 2, options: {proto3_optional: true}},
                active: {type: 'bool', id: 3},
                startedAt: {type: 'uint64', id: 4, options: {proto3_optional: true}},
                locked: {type: 'bool', id: 5},
                lobby: {type: 'bool', id: 6},
                limits: {type: 'CallLimits', id: 7},
                peers: {rule: 'repeated', type: 'CallPeer', id: 8},
                producers: {rule: 'repeated', type: 'CallProducer', id: 9},
                waiting: {rule: 'repeated', type: 'CallWaiting', id: 10},
                recording: {type: 'CallRecording', id: 11, options: {proto3_optional: true}},
                recordable: {type: 'string', id: 12},
              },
            },
            CallRecording: {
              oneofs: {_by: {oneof: ['by']}},
              fields: {
                since: {type: 'uint64', id: 1},
                by: {type: 'CallPerson', id: 2, options: {proto3_optional: true}},
                mixed: {type: 'bool', id: 3},
              },
            },
            CallPerson: {fields: {user: {type: 'string', id: 1}, name: {type: 'string', id: 2}}},
            CallLimits: {
              fields: {
                peers: {type: 'uint64', id: 1},
                producers: {type: 'uint64', id: 2},
                producersPerPeer: {type: 'uint64', id: 3},
                bitrate: {type: 'uint64', id: 4},
                videos: {type: 'uint64', id: 5},
                voices: {type: 'uint64', id: 6},
              },
            },
            CallPeer: {
              fields: {
                peer: {type: 'string', id: 1},
                user: {type: 'string', id: 2},
                name: {type: 'string', id: 3},
                state: {type: 'string', id: 4},
                joinedAt: {type: 'uint64', id: 5},
                profile: {type: 'CallProfile', id: 6},
              },
            },
            CallProfile: {
              oneofs: {_handRaisedAt: {oneof: ['handRaisedAt']}},
              fields: {
                role: {type: 'string', id: 1},
                rights: {rule: 'repeated', type: 'string', id: 2},
                handRaisedAt: {type: 'uint64', id: 3, options: {proto3_optional: true}},
                metadataJson: {type: 'string', id: 4},
              },
            },
            CallProducer: {
              fields: {
                producer: {type: 'string', id: 1},
                peer: {type: 'string', id: 2},
                kind: {type: 'string', id: 3},
                source: {type: 'string', id: 4},
                paused: {type: 'bool', id: 5},
              },
            },
            CallWaiting: {
              fields: {
                session: {type: 'string', id: 1},
                user: {type: 'string', id: 2},
                name: {type: 'string', id: 3},
                since: {type: 'uint64', id: 4},
              },
            },
            UpdateCallRequest: {
              oneofs: {_locked: {oneof: ['locked']}, _lobby: {oneof: ['lobby']}},
              fields: {
                room: {type: 'string', id: 1},
                locked: {type: 'bool', id: 2, options: {proto3_optional: true}},
                lobby: {type: 'bool', id: 3, options: {proto3_optional: true}},
                limits: {type: 'CallLimitsChange', id: 4},
              },
            },
            CallLimitsChange: {
              oneofs: {
                _peers: {oneof: ['peers']},
                _producers: {oneof: ['producers']},
                _producersPerPeer: {oneof: ['producersPerPeer']},
                _bitrate: {oneof: ['bitrate']},
                _videos: {oneof: ['videos']},
                _voices: {oneof: ['voices']},
              },
              fields: {
                peers: {type: 'uint64', id: 1, options: {proto3_optional: true}},
                producers: {type: 'uint64', id: 2, options: {proto3_optional: true}},
                producersPerPeer: {type: 'uint64', id: 3, options: {proto3_optional: true}},
                bitrate: {type: 'uint64', id: 4, options: {proto3_optional: true}},
                videos: {type: 'uint64', id: 5, options: {proto3_optional: true}},
                voices: {type: 'uint64', id: 6, options: {proto3_optional: true}},
                reset: {rule: 'repeated', type: 'string', id: 7},
              },
            },
            CallRules: {
              fields: {
                locked: {type: 'bool', id: 1},
                lobby: {type: 'bool', id: 2},
                limits: {type: 'CallLimits', id: 3},
              },
            },
            MuteCallRequest: {
              fields: {
                room: {type: 'string', id: 1},
                all: {type: 'bool', id: 2},
                peers: {rule: 'repeated', type: 'string', id: 3},
                sources: {rule: 'repeated', type: 'string', id: 4},
              },
            },
            KickPeerRequest: {fields: {room: {type: 'string', id: 1}, peer: {type: 'string', id: 2}}},
            AdmitToCallRequest: {
              fields: {
                room: {type: 'string', id: 1},
                all: {type: 'bool', id: 2},
                sessions: {rule: 'repeated', type: 'string', id: 3},
              },
            },
            DenyCallRequest: {
              fields: {
                room: {type: 'string', id: 1},
                all: {type: 'bool', id: 2},
                sessions: {rule: 'repeated', type: 'string', id: 3},
              },
            },
            MoveCallRequest: {
              oneofs: {_node: {oneof: ['node']}},
              fields: {room: {type: 'string', id: 1}, node: {type: 'string', id: 2, options: {proto3_optional: true}}},
            },
            MoveCallResponse: {fields: {node: {type: 'string', id: 1}}},
            StartRecordingRequest: {
              oneofs: {_mixed: {oneof: ['mixed']}},
              fields: {room: {type: 'string', id: 1}, mixed: {type: 'bool', id: 2, options: {proto3_optional: true}}},
            },
            StopRecordingRequest: {fields: {room: {type: 'string', id: 1}}},
            EndCallRequest: {fields: {room: {type: 'string', id: 1}}},
            PresenceService: {
              methods: {
                GetUserPresence: {requestType: 'GetUserPresenceRequest', responseType: 'UserPresence'},
                GetPresence: {requestType: 'GetPresenceRequest', responseType: 'GetPresenceResponse'},
                GetRoomPresence: {requestType: 'GetRoomPresenceRequest', responseType: 'GetRoomPresenceResponse'},
              },
            },
            GetUserPresenceRequest: {fields: {user: {type: 'string', id: 1}}},
            UserPresence: {
              fields: {
                user: {type: 'string', id: 1},
                status: {type: 'string', id: 2},
                devices: {rule: 'repeated', type: 'DevicePresence', id: 3},
              },
            },
            DevicePresence: {
              oneofs: {_device: {oneof: ['device']}},
              fields: {
                device: {type: 'string', id: 1, options: {proto3_optional: true}},
                status: {type: 'string', id: 2},
              },
            },
            GetPresenceRequest: {fields: {users: {rule: 'repeated', type: 'string', id: 1}}},
            GetPresenceResponse: {fields: {users: {rule: 'repeated', type: 'UserPresence', id: 1}}},
            GetRoomPresenceRequest: {
              oneofs: {_cursor: {oneof: ['cursor']}, _limit: {oneof: ['limit']}},
              fields: {
                room: {type: 'string', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
                limit: {type: 'uint32', id: 3, options: {proto3_optional: true}},
              },
            },
            GetRoomPresenceResponse: {
              oneofs: {_cursor: {oneof: ['cursor']}},
              fields: {
                members: {rule: 'repeated', type: 'PresentMember', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
              },
            },
            PresentMember: {
              fields: {
                user: {type: 'string', id: 1},
                name: {type: 'string', id: 2},
                role: {type: 'string', id: 3},
                joinedAt: {type: 'uint64', id: 4},
                presence: {type: 'string', id: 5},
              },
            },
            WebhookService: {
              methods: {
                ListWebhooks: {requestType: 'ListWebhooksRequest', responseType: 'ListWebhooksResponse'},
                ListParkedEvents: {requestType: 'ListParkedEventsRequest', responseType: 'ListParkedEventsResponse'},
                ReplayEvents: {requestType: 'ReplayEventsRequest', responseType: 'ReplayEventsResponse'},
                DiscardEvents: {requestType: 'DiscardEventsRequest', responseType: 'DiscardEventsResponse'},
                PingWebhook: {requestType: 'PingWebhookRequest', responseType: 'PingWebhookResponse'},
              },
            },
            ListWebhooksRequest: {fields: {}},
            ListWebhooksResponse: {fields: {receivers: {rule: 'repeated', type: 'WebhookReceiver', id: 1}}},
            WebhookReceiver: {
              fields: {
                receiver: {type: 'string', id: 1},
                url: {type: 'string', id: 2},
                events: {rule: 'repeated', type: 'string', id: 3},
                queued: {type: 'uint64', id: 4},
                parked: {type: 'uint64', id: 5},
              },
            },
            ListParkedEventsRequest: {
              oneofs: {_cursor: {oneof: ['cursor']}, _limit: {oneof: ['limit']}},
              fields: {
                receiver: {type: 'string', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
                limit: {type: 'uint32', id: 3, options: {proto3_optional: true}},
              },
            },
            ListParkedEventsResponse: {
              oneofs: {_cursor: {oneof: ['cursor']}},
              fields: {
                events: {rule: 'repeated', type: 'ParkedEvent', id: 1},
                cursor: {type: 'string', id: 2, options: {proto3_optional: true}},
              },
            },
            ParkedEvent: {
              fields: {
                id: {type: 'string', id: 1},
                type: {type: 'string', id: 2},
                reason: {type: 'string', id: 3},
                attempts: {type: 'uint32', id: 4},
                parkedAt: {type: 'uint64', id: 5},
                payloadJson: {type: 'string', id: 6},
              },
            },
            ReplayEventsRequest: {
              fields: {receiver: {type: 'string', id: 1}, ids: {rule: 'repeated', type: 'string', id: 2}},
            },
            ReplayEventsResponse: {fields: {replayed: {type: 'uint64', id: 1}}},
            DiscardEventsRequest: {
              fields: {receiver: {type: 'string', id: 1}, ids: {rule: 'repeated', type: 'string', id: 2}},
            },
            DiscardEventsResponse: {fields: {discarded: {type: 'uint64', id: 1}}},
            PingWebhookRequest: {fields: {receiver: {type: 'string', id: 1}}},
            PingWebhookResponse: {fields: {id: {type: 'string', id: 1}}},
            WatchService: {
              methods: {Watch: {requestType: 'WatchRequest', responseType: 'WatchEvent', responseStream: true}},
            },
            WatchRequest: {
              oneofs: {_position: {oneof: ['position']}, _heartbeatMs: {oneof: ['heartbeatMs']}},
              fields: {
                kinds: {rule: 'repeated', type: 'string', id: 1},
                rooms: {rule: 'repeated', type: 'string', id: 2},
                users: {rule: 'repeated', type: 'string', id: 3},
                position: {type: 'string', id: 4, options: {proto3_optional: true}},
                heartbeatMs: {type: 'uint32', id: 5, options: {proto3_optional: true}},
              },
            },
            WatchEvent: {
              oneofs: {
                _position: {oneof: ['position']},
                _why: {oneof: ['why']},
                _current: {oneof: ['current']},
                _user: {oneof: ['user']},
                _status: {oneof: ['status']},
                _room: {oneof: ['room']},
                _session: {oneof: ['session']},
                _name: {oneof: ['name']},
                _device: {oneof: ['device']},
                _node: {oneof: ['node']},
                _state: {oneof: ['state']},
                _call: {oneof: ['call']},
              },
              fields: {
                event: {type: 'string', id: 1},
                at: {type: 'uint64', id: 2},
                position: {type: 'string', id: 3, options: {proto3_optional: true}},
                why: {type: 'string', id: 4, options: {proto3_optional: true}},
                current: {type: 'bool', id: 5, options: {proto3_optional: true}},
                user: {type: 'string', id: 6, options: {proto3_optional: true}},
                status: {type: 'string', id: 7, options: {proto3_optional: true}},
                devices: {rule: 'repeated', type: 'WatchedDevice', id: 8},
                rooms: {rule: 'repeated', type: 'string', id: 9},
                room: {type: 'string', id: 10, options: {proto3_optional: true}},
                session: {type: 'string', id: 11, options: {proto3_optional: true}},
                name: {type: 'string', id: 12, options: {proto3_optional: true}},
                device: {type: 'string', id: 13, options: {proto3_optional: true}},
                node: {type: 'string', id: 14, options: {proto3_optional: true}},
                state: {type: 'string', id: 15, options: {proto3_optional: true}},
                call: {type: 'string', id: 16, options: {proto3_optional: true}},
              },
            },
            WatchedDevice: {
              oneofs: {_device: {oneof: ['device']}},
              fields: {
                device: {type: 'string', id: 1, options: {proto3_optional: true}},
                status: {type: 'string', id: 2},
              },
            },
            InfoService: {methods: {GetInfo: {requestType: 'GetInfoRequest', responseType: 'GetInfoResponse'}}},
            GetInfoRequest: {fields: {}},
            GetInfoResponse: {
              fields: {
                node: {type: 'string', id: 1},
                version: {type: 'string', id: 2},
                protocol: {type: 'ProtocolVersions', id: 3},
                connections: {type: 'uint64', id: 4},
                nodes: {rule: 'repeated', type: 'ClusterNode', id: 5},
                calls: {type: 'CallsAvailability', id: 6},
              },
            },
            ProtocolVersions: {fields: {version: {type: 'uint32', id: 1}, floor: {type: 'uint32', id: 2}}},
            ClusterNode: {
              fields: {
                node: {type: 'string', id: 1},
                media: {type: 'bool', id: 2},
                leaving: {type: 'bool', id: 3},
                startedAt: {type: 'uint64', id: 4},
                clients: {type: 'bool', id: 5},
              },
            },
            CallsAvailability: {
              oneofs: {_reason: {oneof: ['reason']}},
              fields: {
                available: {type: 'bool', id: 1},
                reason: {type: 'string', id: 2, options: {proto3_optional: true}},
              },
            },
          },
        },
      },
    },
    google: {nested: {protobuf: {nested: {Empty: {fields: {}}}}}},
  },
};
