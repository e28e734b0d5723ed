import {ParleyError, type CallLimitsChange, type CallSettings, type Room} from '@parley/client';
import {useSignal} from '@preact/signals';
import type {JSX} from 'preact';
import {useId} from 'preact/hooks';
import {textOf} from '../store/toasts.js';

type Name = keyof CallSettings['limits'];

interface LimitField {
  readonly name: Name;
  readonly label: string;
  readonly unit?: number;
}

const fields: readonly LimitField[] = [
  {name: 'peers', label: 'People'},
  {name: 'videos', label: 'Cameras that each sees'},
  {name: 'voices', label: 'Voices that each hears'},
  {name: 'producersPerPeer', label: 'Tracks of each'},
  {name: 'producers', label: 'Tracks of all'},
  {name: 'bitrate', label: 'Kilobits per second of all', unit: 1_000},
];

interface LimitsFormProps {
  readonly room: Room;
  readonly limits: CallSettings['limits'];
  /** Whether this user may say which codecs are used. */
  readonly mayChooseCodec: boolean;
}

/** How much there may be in the room's calls. An empty field is as much as the server bears. */
export function LimitsForm({room, limits, mayChooseCodec}: LimitsFormProps): JSX.Element {
  const id = useId();
  const [codec = 'VP8'] = room.videoCodecs;
  const texts = useSignal<Partial<Record<Name, string>>>({});
  const chosen = useSignal(codec);
  const problem = useSignal<{readonly field: string | undefined; readonly text: string} | undefined>(undefined);
  const note = useSignal('');
  const shown = ({name, unit = 1}: LimitField): string =>
    texts.value[name] ?? (limits[name] === 0 ? '' : String(limits[name] / unit));

  const save = async (): Promise<void> => {
    problem.value = undefined;
    note.value = '';
    const wanted: {-readonly [N in keyof CallLimitsChange]: CallLimitsChange[N]} = {};
    for (const field of fields) {
      const text = texts.value[field.name]?.trim();
      if (text !== undefined) wanted[field.name] = text === '' ? null : Number(text) * (field.unit ?? 1);
    }
    try {
      if (chosen.value !== codec)
        await room.update({videoCodecs: [chosen.value, ...room.videoCodecs.filter((other) => other !== chosen.value)]});
      const hold = await room.call.people.setLimits(wanted);
      const less = fields.filter(({name}) => hold[name] !== 0 && hold[name] < (wanted[name] ?? 0));
      texts.value = {};
      note.value =
        less.length === 0 ? 'Saved.' : `Saved. The server allows less: ${less.map(({label}) => label).join(', ')}.`;
    } catch (error) {
      const field = error instanceof ParleyError ? error.field : undefined;
      const isShown = error instanceof ParleyError && fields.some(({name}) => name === field);
      problem.value = {field, text: isShown ? error.message : textOf(error)};
    }
  };

  const problemOf = (name: string): string | undefined =>
    problem.value?.field === name ? problem.value.text : undefined;
  return (
    <form
      class="limits"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {fields.map((field) => (
        <div key={field.name} class="field">
          <label class="field__label" for={`${id}-${field.name}`}>
            {field.label}
          </label>
          <input
            id={`${id}-${field.name}`}
            class="input"
            type="number"
            inputMode="numeric"
            placeholder="No limit"
            data-testid={`limit-${field.name}`}
            aria-describedby={`${id}-${field.name}-problem`}
            aria-invalid={problemOf(field.name) !== undefined}
            value={shown(field)}
            onInput={({currentTarget}) => {
              texts.value = {...texts.value, [field.name]: currentTarget.value};
            }}
          />
          <p class="field__error" id={`${id}-${field.name}-problem`} role="alert">
            {problemOf(field.name)}
          </p>
        </div>
      ))}
      {mayChooseCodec && (
        <div class="field">
          <label class="field__label" for={`${id}-codec`}>
            Video is sent as
          </label>
          <select
            id={`${id}-codec`}
            class="input"
            data-testid="choose-codec"
            value={chosen.value}
            onChange={({currentTarget}) => {
              chosen.value = room.videoCodecs.find((one) => one === currentTarget.value) ?? codec;
            }}
          >
            {room.videoCodecs.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
          <p class="field__hint">From the next camera on, where a browser has it.</p>
        </div>
      )}
      <p class="field__error limits__wide" role="alert">
        {problem.value !== undefined && !fields.some(({name}) => name === problem.value?.field) && problem.value.text}
      </p>
      <div class="limits__wide dialog__actions">
        <p class="field__hint limits__note" role="status" data-testid="limits-note">
          {note.value}
        </p>
        <button type="submit" class="button button--small" data-testid="save-limits">
          Save limits
        </button>
      </div>
    </form>
  );
}
