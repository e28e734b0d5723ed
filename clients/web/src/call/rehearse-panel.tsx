import type {JSX} from 'preact';
import {useId} from 'preact/hooks';
import type {Rehearsal} from './rehearsal.js';

const limits = [0, 2_000_000, 1_000_000, 500_000, 250_000, 50_000];
const limitText = (bitsPerSecond: number): string =>
  bitsPerSecond === 0 ? 'As much as there is' : `${bitsPerSecond / 1_000} kb/s at most`;

/** For who may let things go wrong: what there is to try, and what came of it. Beside the call, which stays in sight. */
export function RehearsePanel({rehearsal}: {rehearsal: Rehearsal}): JSX.Element {
  const downlinkId = useId();
  const consequences = rehearsal.consequences.value;
  const button = (label: string, testId: string, run: () => void): JSX.Element => (
    <button type="button" class="button button--small" data-testid={testId} onClick={run}>
      {label}
    </button>
  );
  return (
    <div class="rehearse" role="region" aria-label="Rehearse mishaps" data-testid="rehearse">
      <div class="rehearse__group" role="group" aria-label="For you alone">
        <span class="rehearse__whose">For you:</span>
        {button('Cut the connection', 'rehearse-signaling', () => {
          rehearsal.cutConnection();
        })}
        <label class="rehearse__check">
          <input
            type="checkbox"
            data-testid="rehearse-udp"
            checked={rehearsal.udpBlocked.value}
            onChange={({currentTarget}) => {
              rehearsal.blockUdp(currentTarget.checked);
            }}
          />
          Block UDP
        </label>
        <label class="quiet" for={downlinkId}>
          What you are sent
        </label>
        <select
          id={downlinkId}
          class="input rehearse__limit"
          data-testid="rehearse-downlink"
          value={rehearsal.downlink.value}
          onChange={({currentTarget}) => {
            rehearsal.limitDownlink(Number(currentTarget.value));
          }}
        >
          {limits.map((limit) => (
            <option key={limit} value={limit}>
              {limitText(limit)}
            </option>
          ))}
        </select>
      </div>
      <div class="rehearse__group" role="group" aria-label="For everyone in this call">
        <span class="rehearse__whose">For all here:</span>
        {button('Lose the media worker', 'rehearse-worker', () => {
          rehearsal.loseWorker();
        })}
        {button('Lose the media node', 'rehearse-node', () => {
          rehearsal.loseNode();
        })}
      </div>
      {consequences.length > 0 && (
        <ol class="rehearse__log" aria-live="polite" aria-label="What came of it" data-testid="rehearse-log">
          {consequences.map(({afterMs, text}, index) => (
            <li key={index}>
              <span class="rehearse__time">{(afterMs / 1_000).toFixed(1)} s</span> {text}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
