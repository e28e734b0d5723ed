import type {hook as wire} from '@parley/protocol';
import type {HookBackend} from '../ports.js';

/** A backend of the application, and what it decides. No hook is decided by two. */
export interface HookSettings {
  /** For metrics and logs. */
  readonly name: string;
  readonly backend: HookBackend;
  /** The hooks that it decides, and what counts if it does not answer: `open` lets everything happen, `closed` nothing. */
  readonly hooks: Readonly<Partial<Record<wire.HookName, 'open' | 'closed'>>>;
  /** How long one question may take; it waits as long for its turn at most. */
  readonly timeoutMs: number;
  /** Questions underway at once. */
  readonly concurrency: number;
}
