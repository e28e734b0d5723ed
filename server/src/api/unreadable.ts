import {STATUS_CODES} from 'node:http';
import type {Socket} from 'node:net';
import {ParleyError} from '@parley/protocol';
import type {Ids} from '@parley/signaling';
import {logThrown, type Logger} from '../observability/logger.js';
import {correlationHeader, correlationId} from './correlation.js';
import {problemType, toProblem} from './problem.js';

/** What Node says of bytes that become no request. */
type Unreadable = Error & {readonly code?: string};

/** Refuses what cannot be read as a request of HTTP, like all else by problem details; the connection ends with it. */
export function refuseUnreadable(log: Logger, ids: Ids): (thrown: Unreadable, socket: Socket) => void {
  return (thrown, socket) => {
    if (thrown.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const id = correlationId(undefined, ids);
    const error = asParleyError(thrown);
    logThrown(log.child({correlationId: id}), error, 'what came to the operations port was no request');
    const problem = toProblem(error, id);
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      `${correlationHeader}: ${id}`,
      `content-type: ${problemType}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  };
}

function asParleyError({code}: Unreadable): ParleyError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ParleyError('too_large', {message: 'The path and the headers are larger than 16 KiB together.'});
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ParleyError('timeout', {message: 'The request did not come whole in time.'});
    default:
      return new ParleyError('invalid_payload', {message: 'This is no request of HTTP.'});
  }
}
