import {callReceiving} from '@parley/protocol';
import type {MediaEvent} from '../ports.js';
import type {CallParts} from './call-parts.js';
import type {Peer} from './call-state.js';

/** Brings what media does by itself to whom it concerns. Of what was closed meanwhile nothing is to be done. */
export function followMedia(event: Exclude<MediaEvent, {kind: 'lost'}>, parts: CallParts): void {
  const {state} = parts;
  switch (event.kind) {
    case 'transport': {
      const peer = parts.transports.mediaChanged(event.transport, event.state);
      if (peer === undefined) break;
      parts.roster.refresh(peer);
      parts.times.look(peer);
      break;
    }
    case 'producerClosed': {
      const producer = state.carried.get(event.producer);
      if (producer !== undefined) parts.producers.drop(producer);
      break;
    }
    case 'consumerClosed': {
      const consumer = state.consumers.get(event.consumer);
      // What is held waits for another to take its place.
      if (consumer === undefined || consumer.held) break;
      parts.consumers.drop([consumer]);
      // Its producer may go on, and only the way between them was lost.
      parts.offers.look(consumer.peer);
      break;
    }
    case 'dataProducerClosed':
      parts.channels.lost(event.dataProducer);
      break;
    case 'dataConsumerClosed':
      parts.channels.endLost(event.dataConsumer, event.slow);
      break;
    case 'reachable':
      parts.offers.lookForAll();
      break;
    // Of the pipes of one engine nobody is told here: whoever drives them sees to them.
    case 'pipe':
    case 'pipeClosed':
    case 'pipeStopped':
      break;
    case 'data':
      parts.channels.came(event.dataProducer, event.messages, event.bytes);
      break;
    case 'consumerPaused':
    case 'consumerResumed': {
      const consumer = state.consumers.get(event.consumer);
      if (consumer !== undefined) parts.watching.flowing(consumer, event.kind === 'consumerResumed');
      break;
    }
    case 'consumerLayer': {
      const consumer = state.consumers.get(event.consumer);
      if (consumer === undefined) break;
      parts.adapting.moved(consumer, event.spatial, event.arriving);
      // One that gave way begins to move so: of an interruption that was asked for the engine tells no end.
      if (event.spatial >= 0) parts.watching.flowing(consumer, true);
      break;
    }
    case 'recordingLost':
      parts.recording.interrupted();
      break;
    case 'peersLost':
      for (const session of event.peers) {
        const peer = state.peers.get(session);
        if (peer !== undefined) parts.roster.lose(peer);
      }
      break;
    case 'peersMoved':
      for (const session of event.peers) {
        const peer = state.peers.get(session);
        if (peer !== undefined) parts.roster.move(peer);
      }
      break;
    case 'strain':
      state.strain = event.degree;
      for (const peer of state.peers.values()) tellStrain(peer, parts);
      parts.choosing.lookAll();
      break;
    case 'speaker':
      parts.speech.spoke(event.producer);
      break;
    case 'levels':
      parts.speech.measured(event.levels);
      break;
    case 'path':
      parts.quality.measured(event.peer, event);
      break;
  }
}

/** To a peer: how much the workers are to be spared. */
export function tellStrain(peer: Peer, {state, outbox}: Pick<CallParts, 'state' | 'outbox'>): void {
  outbox.tell(peer, callReceiving.strain, {room: state.room, degree: state.strain});
}
