import type {JSX} from 'preact';
import {gapText} from './times.js';

interface SlowModeLineProps {
  readonly slowModeMs: number;
  readonly waitSeconds: number;
}

/** Why the composer does not send at the moment; nothing in a room without slow mode. */
export function SlowModeLine({slowModeMs, waitSeconds}: SlowModeLineProps): JSX.Element | null {
  if (slowModeMs === 0 && waitSeconds === 0) return null;
  return (
    <p class="composer__pace" data-testid="slow-mode">
      {slowModeMs > 0 && `Slow mode: one message every ${gapText(slowModeMs)}. `}
      {waitSeconds > 0 && <strong>You can write again in {waitSeconds} s.</strong>}
    </p>
  );
}
