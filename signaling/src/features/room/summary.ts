import type {room as wire} from '@parley/protocol';
import type {RoomRecord} from '../../ports.js';
import {describeRoom} from '../../rooms/describe-room.js';

export const summaryOf = (record: RoomRecord, joined: boolean): wire.RoomSummary => ({...describeRoom(record), joined});
