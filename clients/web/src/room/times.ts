const time = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'});
const weekday = new Intl.DateTimeFormat(undefined, {weekday: 'long', day: 'numeric', month: 'long'});
const exact = new Intl.DateTimeFormat(undefined, {dateStyle: 'full', timeStyle: 'medium'});
const relative = new Intl.RelativeTimeFormat(undefined, {numeric: 'auto'});
const dayMs = 86_400_000;

/** All of them in the reader's language and time zone, from milliseconds since the Unix epoch. */
export const timeText = (at: number): string => time.format(at);
export const exactText = (at: number): string => exact.format(at);

export function dayText(at: number, now = Date.now()): string {
  const day = new Date(at).toDateString();
  if (day === new Date(now).toDateString()) return 'Today';
  if (day === new Date(now - dayMs).toDateString()) return 'Yesterday';
  return weekday.format(at);
}

/** `5 minutes ago`, `yesterday`: the largest unit of which there is a whole one. */
export function agoText(at: number, now = Date.now()): string {
  const minutes = Math.floor(Math.max(0, now - at) / 60_000);
  if (minutes === 0) return 'just now';
  if (minutes < 60) return relative.format(-minutes, 'minute');
  if (minutes < 24 * 60) return relative.format(-Math.floor(minutes / 60), 'hour');
  return relative.format(-Math.floor(minutes / (24 * 60)), 'day');
}

/** `30 seconds`, `2 minutes`, `1 hour`: the largest unit that is not a fraction. */
export function gapText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [amount, unit] =
    seconds % 3_600 === 0
      ? [seconds / 3_600, 'hour']
      : seconds % 60 === 0
        ? [seconds / 60, 'minute']
        : [seconds, 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
