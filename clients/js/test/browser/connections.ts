/** All WebRTC connections that the page has made, and what they say of themselves. */
export const connections: RTCPeerConnection[] = [];

/** As if every way to the media server but that by a relay were closed. */
const onlyRelay = new URL(location.href).searchParams.has('relay');
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super({...configuration, ...(onlyRelay && {iceTransportPolicy: 'relay'})});
    connections.push(this);
  }
};

const reports = (): Promise<RTCStatsReport[]> => Promise.all(connections.map((connection) => connection.getStats()));

/** The pairs of candidates by which media goes at present. */
const pairsTaken = (report: RTCStatsReport): RTCIceCandidatePairStats[] =>
  ([...report.values()] as RTCIceCandidatePairStats[]).filter(
    ({type, nominated, state}) => type === 'candidate-pair' && nominated === true && state === 'succeeded',
  );

/** The kinds of path that media takes at present, from this side. */
export async function pathsTaken(): Promise<string[]> {
  return (await reports()).flatMap((report) =>
    pairsTaken(report)
      .map(({localCandidateId}) => report.get(localCandidateId) as {candidateType: string})
      .map(({candidateType}) => candidateType),
  );
}

/** Of each path that media takes, the way there and back as ICE measured it last, in milliseconds. */
export async function roundTrips(): Promise<number[]> {
  return (await reports()).flatMap(pairsTaken).map(({currentRoundTripTime = 0}) => currentRoundTripTime * 1_000);
}

/** The codecs of the video that is decoded at present. */
export async function codecsDecoded(): Promise<string[]> {
  return (await reports()).flatMap((report) =>
    [...report.values()]
      .filter(({type, kind, framesDecoded}) => type === 'inbound-rtp' && kind === 'video' && framesDecoded > 0)
      .map(({codecId}) => (report.get(String(codecId)) as {mimeType: string}).mimeType),
  );
}

/** What was negotiated of sound, as lines of SDP: what both ends agreed on is in what the remote one said. */
export function linesOfSound(): string[] {
  return connections
    .flatMap(({currentRemoteDescription}) => currentRemoteDescription?.sdp.split('m=') ?? [])
    .filter((section) => section.startsWith('audio'))
    .flatMap((section) => section.split('\r\n').filter((line) => /^a=(fmtp|rtcp-fb):/.test(line)));
}

/** Of each layer of the own videos, whether it is sent at present or not. */
export async function layersOfVideo(): Promise<(RTCOutboundRtpStreamStats & {active?: boolean})[]> {
  return (await reports())
    .flatMap((report) => [...report.values()] as (RTCOutboundRtpStreamStats & {active?: boolean})[])
    .filter(({type, kind}) => type === 'outbound-rtp' && kind === 'video');
}

/** The largest of them that is sent at present. */
export async function largestSent(): Promise<RTCOutboundRtpStreamStats | undefined> {
  const sent = (await layersOfVideo()).filter(({active}) => active === true);
  return sent.sort((one, other) => (other.frameWidth ?? 0) - (one.frameWidth ?? 0))[0];
}

/** That came in so far. */
export async function packetsOfSound(): Promise<number> {
  return (await reports())
    .flatMap((report) => [...report.values()] as RTCInboundRtpStreamStats[])
    .filter(({type, kind}) => type === 'inbound-rtp' && kind === 'audio')
    .reduce((sum, {packetsReceived = 0}) => sum + packetsReceived, 0);
}
