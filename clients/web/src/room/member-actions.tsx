import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import type {Role} from '@parley/protocol';
import type {Conversation} from '../store/conversation.js';
import type {Member} from '../store/members.js';
import type {Space} from '../store/space.js';
import {oneOf, refusalText} from './role-text.js';

interface MemberActionsProps {
  readonly space: Space;
  readonly room: Conversation;
  readonly member: Member;
  readonly onDone: () => void;
}

/** What may be done to a member, by who may: unfolded below their name. */
export function MemberActions({space, room, member, onDone}: MemberActionsProps): JSX.Element {
  const group = useRef<HTMLDivElement>(null);
  const {user, name, role} = member;
  const {rights} = room.room;

  useEffect(() => {
    group.current?.querySelector('button')?.focus();
  }, []);

  const close = (): void => {
    // Focus goes back to where it came from, instead of getting lost with what had it.
    group.current?.parentElement?.querySelector<HTMLElement>('[aria-expanded]')?.focus();
    onDone();
  };

  const tell = (what: string, doing: Promise<void>): void => {
    close();
    space.toasts.whenFails(what, doing, (error) => refusalText(error, name));
  };
  const make = (given: Role): void => {
    tell(`${name} was not made ${oneOf(given)}.`, rights.setRole(user, given));
  };
  return (
    <div
      ref={group}
      class="member__actions"
      role="group"
      aria-label={`What may be done to ${name}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      {room.rights.value.over
        .filter((given) => given !== role)
        .map((given) => (
          <button
            key={given}
            type="button"
            class="button button--small"
            data-testid={`make-${given}`}
            onClick={() => {
              make(given);
            }}
          >
            Make {given}
          </button>
        ))}
      <button
        type="button"
        class="button button--small button--danger"
        data-testid="remove-member"
        onClick={() => {
          tell(`${name} was not removed.`, rights.remove(user));
        }}
      >
        Remove
      </button>
    </div>
  );
}
