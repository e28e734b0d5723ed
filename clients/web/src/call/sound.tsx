import type {RemoteTrack} from '@parley/client';
import {useSignal, type Signal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import type {CallSession} from './call-session.js';

/** Plays everybody else, on the chosen speaker, whichever room is looked at. */
export function Sound({session}: {session: CallSession}): JSX.Element {
  const blocked = useSignal(false);
  const tracks = session.participants.value.flatMap(({tracks: byS}) =>
    [...byS.values()].filter(({track}) => track.kind === 'audio'),
  );
  return (
    <div class="sound">
      {tracks.map((remote) => (
        <Voice
          key={`${remote.peer} ${remote.source}`}
          remote={remote}
          speaker={session.media.chosen.value.speaker}
          blocked={blocked}
        />
      ))}
      {blocked.value && (
        <div class="banner banner--warn" role="alert">
          <p>The browser keeps the call silent until you allow its sound.</p>
          <button
            type="button"
            class="button button--small"
            onClick={(event) => {
              blocked.value = false;
              const sound = event.currentTarget.closest('.sound');
              for (const element of sound?.querySelectorAll('audio') ?? []) play(element, blocked);
            }}
          >
            Turn on the sound
          </button>
        </div>
      )}
    </div>
  );
}

interface VoiceProps {
  readonly remote: RemoteTrack;
  readonly speaker: string | undefined;
  readonly blocked: Signal<boolean>;
}

function Voice({remote: {source, track}, speaker, blocked}: VoiceProps): JSX.Element {
  const audio = useRef<HTMLAudioElement>(null);

  useEffect(() => {
    const element = audio.current;
    if (element === null) return;
    element.srcObject = new MediaStream([track]);
    play(element, blocked);
    return () => {
      element.srcObject = null;
    };
  }, [track, blocked]);

  useEffect(() => {
    // An output that was unplugged leaves the sound where it is.
    if (speaker !== undefined) audio.current?.setSinkId(speaker).catch(() => undefined);
  }, [speaker]);

  return <audio ref={audio} data-testid={`audio-${source}`} />;
}

function play(element: HTMLMediaElement, blocked: Signal<boolean>): void {
  element.play().catch((error: unknown) => {
    // Anything else is an element that went away before it played.
    if (error instanceof DOMException && error.name === 'NotAllowedError') blocked.value = true;
  });
}
