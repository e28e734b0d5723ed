export const webPushOutcomes = ['reached', 'gone', 'refused', 'expired', 'later', 'dropped'] as const;

/** What became of a note, or of one attempt: `later` if it is tried again. */
export type WebPushEnding = (typeof webPushOutcomes)[number];

/** Monitoring of web push: told what happened, never asked. */
export interface WebPushObserver {
  attempted(durationMs: number): void;
  ended(outcome: WebPushEnding, count: number): void;
}
