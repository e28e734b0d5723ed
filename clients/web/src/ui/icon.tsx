import type {JSX} from 'preact';

/** Drawn on a 24 × 24 grid, stroked in the colour of the text around. */
const paths = {
  arrowDown: 'M12 5v14m-6-6 6 6 6-6',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 20.5a2.2 2.2 0 0 0 4 0',
  bolt: 'M13 3 5.5 13.5H11L10 21l8-11h-6z',
  camera: 'M3.5 7.5a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2zM15.5 10.5l5-3v9l-5-3',
  cameraOff:
    'M15.5 13.5v3a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-9a2 2 0 0 1 1.2-1.8M9 5.5h4.5a2 2 0 0 1 2 2v3l5-3v9M3 3l18 18',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 4v4.3l2.8 1.7',
  close: 'm6 6 12 12M18 6 6 18',
  devices:
    'M13 17.5H4.5A1.5 1.5 0 0 1 3 16V6.5A1.5 1.5 0 0 1 4.5 5h13A1.5 1.5 0 0 1 19 6.5V8M15.5 11h4a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-4a1.5 1.5 0 0 1-1.5-1.5v-6a1.5 1.5 0 0 1 1.5-1.5z',
  gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v2.2M12 18.8V21M5.6 5.6l1.6 1.6M16.8 16.8l1.6 1.6M3 12h2.2M18.8 12H21M5.6 18.4l1.6-1.6M16.8 7.2l1.6-1.6',
  hand: 'M8 12.5V6.2a1.3 1.3 0 0 1 2.6 0V11m0-1V4.8a1.3 1.3 0 0 1 2.6 0V11m0-4.5a1.3 1.3 0 0 1 2.6 0v6m0-3a1.3 1.3 0 0 1 2.6 0V14a6.5 6.5 0 0 1-6.5 6.5c-3 0-4.4-1.5-5.6-3.8L4.6 13a1.3 1.3 0 0 1 2.2-1.4L8 13.3',
  hash: 'M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16',
  leave: 'M14 4.5H7a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h7M10.5 12H20m-3.5-3.5L20 12l-3.5 3.5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2',
  menu: 'M4 7h16M4 12h16M4 17h16',
  microphone:
    'M12 3.5a2.8 2.8 0 0 1 2.8 2.8v5a2.8 2.8 0 0 1-5.6 0v-5A2.8 2.8 0 0 1 12 3.5zM6 11.5a6 6 0 0 0 12 0M12 17.5v3',
  microphoneOff:
    'M9.2 8V6.3a2.8 2.8 0 0 1 5.6 0v5M14 13.5a2.8 2.8 0 0 1-4.8-2v-.7M6 11.5a6 6 0 0 0 9.8 4.6M17.8 13a6 6 0 0 0 .2-1.5M12 17.5v3M3 3l18 18',
  more: 'M12 6v.1M12 12v.1M12 18v.1',
  pause: 'M9 6v12M15 6v12',
  pencil: 'M4.5 19.5l1-4.2L16.2 4.6a1.6 1.6 0 0 1 2.3 0l.9.9a1.6 1.6 0 0 1 0 2.3L8.7 18.5zM14 6.8l3.2 3.2',
  phone:
    'M6 4.5h3l1.5 4-2 1.5a11 11 0 0 0 5 5l1.5-2 4 1.5v3a1.8 1.8 0 0 1-2 1.8A15.5 15.5 0 0 1 4.2 6.5 1.8 1.8 0 0 1 6 4.5z',
  phoneOff: 'M3 13.5c5-5 13-5 18 0l-1.8 2.7-4-1.5v-2.5a11 11 0 0 0-6.4 0v2.5l-4 1.5z',
  pin: 'M9 4h6l-.7 5.6 3.2 2.9v1.5h-11v-1.5l3.2-2.9zM12 14v6',
  plus: 'M12 5v14M5 12h14',
  retry: 'M19 12a7 7 0 1 1-2-4.9M17.5 3v4.5H13',
  screen:
    'M4.5 5h15a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 14.5v-8A1.5 1.5 0 0 1 4.5 5zM8.5 20h7M12 13V8m-2.3 2.3L12 8l2.3 2.3',
  send: 'M4.5 12 20 4.5 15 20l-3.5-6.5zM11.5 13.5 20 4.5',
  shield: 'M12 3.5 5 6v5.5c0 4.3 2.8 7.4 7 9 4.2-1.6 7-4.7 7-9V6zM9 12l2.2 2.2L15.2 10',
  signal: 'M5 18v-3M10 18v-6M15 18V9M20 18V6',
  smile: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9 10v.1M15 10v.1M8.5 13.8a4 4 0 0 0 7 0',
  speaker: 'M4 9.5v5h3.5l4.5 4v-13l-4.5 4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
  users:
    'M9 5a3.3 3.3 0 1 0 0 6.6A3.3 3.3 0 0 0 9 5zM3 19.5c.3-3.3 2.8-5.5 6-5.5s5.7 2.2 6 5.5M15.5 5.3a3.3 3.3 0 0 1 0 6M17.5 14.3c2 .8 3.3 2.7 3.5 5.2',
  warning: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2v.1',
} as const;

export type IconName = keyof typeof paths;

export function Icon({name}: {name: IconName}): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  /** Read aloud and shown as the tooltip. */
  readonly label: string;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly disabled?: boolean;
  readonly class?: string;
  readonly testId?: string;
}

export function IconButton(props: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class={props.class ?? 'icon-button'}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      disabled={props.disabled}
      data-testid={props.testId}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}
