import type {HubObserver, HubOptions} from './hub.js';

/** An observer that can be told anything at any point: what it lacks or throws changes nothing. */
export function guardObserver(observer: Partial<HubObserver>, onDefect: HubOptions['onDefect']): HubObserver {
  const told = (tell: () => void): void => {
    try {
      tell();
    } catch (error) {
      onDefect(error, {task: 'observer'});
    }
  };
  return {
    sessionOpened: (outcome) => {
      told(() => observer.sessionOpened?.(outcome));
    },
    sessionClosed: (reason) => {
      told(() => observer.sessionClosed?.(reason));
    },
    resumeKeyReused: (session, user) => {
      told(() => observer.resumeKeyReused?.(session, user));
    },
    roomRecovered: (recovered, replayed) => {
      told(() => observer.roomRecovered?.(recovered, replayed));
    },
    requestDone: (name, code, durationMs) => {
      told(() => observer.requestDone?.(name, code, durationMs));
    },
    feedReset: () => {
      told(() => observer.feedReset?.());
    },
    limitReached: (limit) => {
      told(() => observer.limitReached?.(limit));
    },
    presenceTold: (kind, deliveries) => {
      told(() => observer.presenceTold?.(kind, deliveries));
    },
    callTransportReplaced: (direction) => {
      told(() => observer.callTransportReplaced?.(direction));
    },
    callPipeBroken: (how) => {
      told(() => observer.callPipeBroken?.(how));
    },
    callPeers: (delta) => {
      told(() => observer.callPeers?.(delta));
    },
    callBegan: () => {
      told(() => observer.callBegan?.());
    },
    callEnded: (how) => {
      told(() => observer.callEnded?.(how));
    },
    callMediaBegan: (afterMs) => {
      told(() => observer.callMediaBegan?.(afterMs));
    },
    callPeerBack: (afterMs) => {
      told(() => observer.callPeerBack?.(afterMs));
    },
    pushKept: (outcome, users) => {
      told(() => observer.pushKept?.(outcome, users));
    },
    pushesWaiting: (users) => {
      told(() => observer.pushesWaiting?.(users));
    },
    scheduledPush: (outcome) => {
      told(() => observer.scheduledPush?.(outcome));
    },
    scheduledPushesWaiting: (count) => {
      told(() => observer.scheduledPushesWaiting?.(count));
    },
    hookAsked: (...asked) => {
      told(() => observer.hookAsked?.(...asked));
    },
    hookFailed: (...failed) => {
      told(() => observer.hookFailed?.(...failed));
    },
    hookCircuit: (backend, state) => {
      told(() => observer.hookCircuit?.(backend, state));
    },
    happened: (news) => {
      told(() => observer.happened?.(news));
    },
  };
}
