/** Monitoring of webhooks: told what happened, never asked. Receivers are named by the configuration: a closed set. */
export interface WebhookObserver {
  /** One request and its outcome. */
  attempted(receiver: string, outcome: 'delivered' | 'failed', durationMs: number): void;
  /** An event was given up, and waits to be replayed. */
  parked(receiver: string): void;
  /** Events that found no place in a queue. */
  dropped(receiver: string, count: number): void;
}
