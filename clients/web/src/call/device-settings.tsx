import type {JSX} from 'preact';
import {useId} from 'preact/hooks';
import {canChooseSpeaker, type Choice, type LocalMedia} from './local-media.js';

const titles = {camera: 'Camera', microphone: 'Microphone', speaker: 'Speaker'} as const;

/** Which devices to use. Names are there once the page was allowed to use any. */
export function DeviceSettings({media}: {media: LocalMedia}): JSX.Element {
  return (
    <div class="device-settings">
      <DeviceSelect media={media} kind="camera" />
      <DeviceSelect media={media} kind="microphone" />
      {canChooseSpeaker() && <DeviceSelect media={media} kind="speaker" />}
    </div>
  );
}

function DeviceSelect({media, kind}: {media: LocalMedia; kind: Choice}): JSX.Element {
  const id = useId();
  const choices = media.choices(kind);
  const device = kind === 'speaker' ? undefined : media[kind].value;
  const running = device?.state === 'on' ? device.track.getSettings().deviceId : undefined;
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {titles[kind]}
      </label>
      <select
        id={id}
        class="input"
        data-testid={`choose-${kind}`}
        disabled={choices.length === 0}
        value={media.chosen.value[kind] ?? running ?? choices[0]?.deviceId}
        onChange={(event) => void media.choose(kind, event.currentTarget.value)}
      >
        {choices.length === 0 && <option>{media.has(kind) ? 'System default' : 'None found'}</option>}
        {choices.map(({deviceId, label}, index) => (
          <option key={deviceId} value={deviceId}>
            {label === '' ? `${titles[kind]} ${index + 1}` : label}
          </option>
        ))}
      </select>
    </div>
  );
}
