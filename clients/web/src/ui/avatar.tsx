import type {JSX} from 'preact';
import type {presence} from '@parley/protocol';

const presenceText = {online: 'online', away: 'away', offline: 'offline'} as const;
const hues = 8;

interface AvatarProps {
  readonly user: string;
  readonly name: string;
  readonly size?: 'small' | 'huge';
  readonly presence?: presence.PresenceStatus;
}

/** A person's initials on a colour that is theirs in every room and tab. */
export function Avatar({user, name, size, presence: status}: AvatarProps): JSX.Element {
  return (
    <span class={`avatar avatar--${hueOf(user)}${size === undefined ? '' : ` avatar--${size}`}`} aria-hidden="true">
      {initials(name)}
      {status !== undefined && <span class={`presence-dot presence-dot--${status}`} title={presenceText[status]} />}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => firstCharacter(word ?? '')).join('');
}

/** The first character as people see it: flags and accents are several code points. */
function firstCharacter(word: string): string {
  const [first] = new Intl.Segmenter().segment(word);
  return (first?.segment ?? '?').toLocaleUpperCase();
}

/** FNV-1a, both halves mixed: similar ids get unlike colours. */
function hueOf(user: string): number {
  let hash = 0x811c9dc5;
  for (const character of user) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return (((hash >>> 16) ^ hash) & 0xffff) % hues;
}
