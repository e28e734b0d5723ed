import type {JSX} from 'preact';
import {Icon, type IconName} from '../ui/icon.js';

interface ToggleProps {
  readonly icon: IconName;
  readonly label: string;
  /** Left out for what is no switch. */
  readonly on?: boolean;
  readonly problem?: string | undefined;
  readonly testId: string;
  readonly onClick: () => void;
}

export function Toggle({icon, label, on, problem, testId, onClick}: ToggleProps): JSX.Element {
  const text = problem === undefined ? label : `${label}. ${problem}`;
  return (
    <button
      type="button"
      class={on === true ? 'control control--on' : 'control'}
      aria-label={text}
      title={text}
      data-on={on}
      data-testid={testId}
      onClick={onClick}
    >
      <Icon name={icon} />
      {problem !== undefined && <span class="control__problem" aria-hidden="true" />}
    </button>
  );
}
