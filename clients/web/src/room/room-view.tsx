import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {CallSlot} from '../call/call-slot.js';
import type {Conversation} from '../store/conversation.js';
import type {Space} from '../store/space.js';
import {Composer} from './composer.js';
import {MembersPanel} from './members-panel.js';
import {MessageLog} from './message-log.js';
import {RoomHeader} from './room-header.js';
import {TypingLine} from './typing-line.js';

interface RoomViewProps {
  readonly space: Space;
  readonly room: Conversation;
  readonly menu: JSX.Element;
}

export function RoomView({space, room, menu}: RoomViewProps): JSX.Element {
  const membersOpen = useSignal(matchMedia('(min-width: 1100px)').matches);
  const seat = space.call.seat.value;
  const inCall = seat.at === 'call' && seat.room === room;
  useEffect(() => {
    // Pictures and messages side by side leave no place for a third column.
    if (inCall) membersOpen.value = false;
  }, [inCall, membersOpen]);
  useEffect(() => {
    room.members.show();
    return () => {
      room.members.hide();
    };
  }, [room]);
  const membersButton = useRef<HTMLButtonElement>(null);
  const toggleMembers = (): void => {
    membersOpen.value = !membersOpen.value;
  };
  const closeMembers = (): void => {
    membersOpen.value = false;
    membersButton.current?.focus();
  };
  return (
    <>
      <RoomHeader
        space={space}
        room={room}
        menu={menu}
        membersOpen={membersOpen.value}
        membersButton={membersButton}
        onMembers={toggleMembers}
      />
      <div class="room">
        <div class={inCall ? 'room__talk room__talk--call' : 'room__talk'}>
          <CallSlot space={space} room={room} />
          <section class="room__chat" aria-label="Messages">
            <MessageLog space={space} room={room} />
            <TypingLine names={room.typing.value} />
            {room.rights.value.may.includes('chat.send') ? (
              <Composer room={room} />
            ) : (
              <p class="composer composer--closed" data-testid="may-not-write">
                You may read here, and not write.
              </p>
            )}
          </section>
        </div>
        {membersOpen.value && <MembersPanel space={space} room={room} onClose={closeMembers} />}
      </div>
    </>
  );
}
