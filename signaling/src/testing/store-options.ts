import type {StoreOptions} from '../ports.js';

/** A node's options with production's proportions; a suite that waits in real time gives shorter times. */
export function storeOptions(node: string, overrides: Partial<StoreOptions> = {}): StoreOptions {
  return {
    node,
    media: false,
    clients: true,
    resumeWindowMs: 120_000,
    log: {events: 1_000, bytes: 1_000_000, ageMs: 24 * 3_600_000},
    limits: {roomMessagesPerSecond: 0, roomsPerUser: 0, roomCreationsPerHour: 0, rooms: 0},
    idempotencyMs: 600_000,
    heartbeatMs: 1_000,
    nodeTimeoutMs: 5_000,
    leaseMs: 6_000,
    ...overrides,
  };
}
