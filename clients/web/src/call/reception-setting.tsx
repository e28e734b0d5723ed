import type {JSX} from 'preact';
import {useId} from 'preact/hooks';
import type {CallSession} from './call-session.js';

const choices = [null, 9, 4, 2, 1, 0] as const;
const textFor = (videos: number | null): string => {
  if (videos === null) return 'As many as there are';
  if (videos === 0) return 'None: sound alone';
  return videos === 1 ? 'One: who spoke last' : `${videos}: who spoke last`;
};

/** How many of the others’ cameras one wants to be sent: fewer for a small screen, or to save data. */
export function ReceptionSetting({session}: {session: Pick<CallSession, 'videos' | 'wishVideos'>}): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label class="field__label" for={id}>
        Videos of the others
      </label>
      <select
        id={id}
        class="input"
        data-testid="choose-videos"
        value={String(session.videos.value)}
        onChange={({currentTarget}) => {
          session.wishVideos(choices.find((videos) => String(videos) === currentTarget.value) ?? null);
        }}
      >
        {choices.map((videos) => (
          <option key={videos} value={String(videos)}>
            {textFor(videos)}
          </option>
        ))}
      </select>
    </div>
  );
}
