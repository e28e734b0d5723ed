import type {JSX} from 'preact';
import type {Gathering} from './gathering.js';

/** Most that are named; the rest is a number. */
const mostNamed = 3;

/** Those who wait to be let in, for who may let them in. */
export function PeopleBar({people}: {people: Pick<Gathering, 'waiting' | 'admit' | 'deny'>}): JSX.Element | null {
  const waiting = people.waiting.value;
  if (waiting.length === 0) return null;
  return (
    <div class="people-bar" role="region" aria-label="Waiting to be let in" data-testid="waiting-bar">
      {waiting.slice(0, mostNamed).map(({session: one, name}) => (
        <div key={one} class="people-bar__one" data-testid="waiting">
          <p>
            <b>{name}</b> waits to be let in.
          </p>
          <button
            type="button"
            class="button button--small button--primary"
            data-testid="admit"
            onClick={() => {
              people.admit([one]);
            }}
          >
            Let in
          </button>
          <button
            type="button"
            class="button button--small"
            data-testid="deny"
            onClick={() => {
              people.deny([one]);
            }}
          >
            Refuse
          </button>
        </div>
      ))}
      {waiting.length > 1 && (
        <button
          type="button"
          class="button button--small"
          data-testid="admit-all"
          onClick={() => {
            people.admit('all');
          }}
        >
          Let all {waiting.length} in
        </button>
      )}
    </div>
  );
}
