import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import type {Gathering} from './gathering.js';
import {Toggle} from './toggle.js';

const choices = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;

/** One's hand, and a few reactions to choose from. */
export function Gestures({people}: {people: Pick<Gathering, 'self' | 'raiseHand' | 'react'>}): JSX.Element {
  const open = useSignal(false);
  const up = typeof people.self.value?.handRaisedAt === 'number';
  return (
    <>
      <Toggle
        icon="hand"
        label={up ? 'Lower your hand' : 'Raise your hand'}
        on={up}
        testId="toggle-hand"
        onClick={() => {
          people.raiseHand(!up);
        }}
      />
      <div class="reactions">
        <Toggle
          icon="smile"
          label="React"
          testId="open-reactions"
          onClick={() => {
            open.value = !open.value;
          }}
        />
        {open.value && (
          <div class="reactions__choices" role="group" aria-label="Reactions">
            {choices.map((reaction) => (
              <button
                key={reaction}
                type="button"
                class="reactions__choice"
                data-testid="reaction"
                onClick={() => {
                  people.react(reaction);
                  open.value = false;
                }}
              >
                {reaction}
              </button>
            ))}
          </div>
        )}
      </div>
    </>
  );
}
