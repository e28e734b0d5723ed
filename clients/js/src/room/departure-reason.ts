import {ParleyError} from '@parley/protocol';

/** Of a room that refuses whoever comes back: applications hear of a deletion in one way, whenever they do. */
export const departureReason = ({code}: ParleyError): string => (code === 'room_deleted' ? 'deleted' : code);

/** What becomes of messages that wait for a room when it is left. */
export const errorAfter = (reason: string): ParleyError =>
  new ParleyError(reason === 'deleted' ? 'room_deleted' : 'not_joined');
