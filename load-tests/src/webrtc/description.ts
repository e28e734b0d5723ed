import type {call, ResultOf} from '@parley/protocol';

/** A server's end of a WebRTC transport, as it offers it. */
export type RemoteEnd = Pick<
  ResultOf<typeof call.transportCreate>,
  'iceParameters' | 'iceCandidates' | 'dtlsParameters'
>;

/**
 * The server's end in the form that peer connections take (SDP, RFC 8866), as the answer to an offer of one line of media.
 *
 * One line is enough for any number of tracks: what is sent over it is RTP as the sender made it, and what comes by it is
 * handed on whole, whichever SSRC it has. The server answers, and so decides that the client begins with DTLS.
 */
export function answerOf(end: RemoteEnd, direction: 'send' | 'receive'): string {
  const {iceParameters, iceCandidates, dtlsParameters} = end;
  const fingerprint = dtlsParameters.fingerprints.find(({algorithm}) => algorithm === 'sha-256');
  if (fingerprint === undefined) throw new Error('The server has no SHA-256 fingerprint.');
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    ...(iceParameters.iceLite === true ? ['a=ice-lite'] : []),
    'a=group:BUNDLE 0',
    `a=fingerprint:sha-256 ${fingerprint.value}`,
    'm=audio 7 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    `a=${direction === 'send' ? 'recvonly' : 'sendonly'}`,
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=setup:passive',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    ...iceCandidates
      .filter(({protocol}) => protocol === 'udp')
      .map(
        ({foundation, priority, address, ip, port, type}) =>
          `a=candidate:${foundation} 1 udp ${String(priority)} ${address ?? ip} ${String(port)} typ ${type}`,
      ),
    'a=end-of-candidates',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
