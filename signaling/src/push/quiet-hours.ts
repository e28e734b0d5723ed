import type {webPush} from '@parley/protocol';

/** A clock of each time zone that was asked for: to make one takes longer than to read it. As many as there are zones. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** The zone's name as the database of time zones writes it (`Europe/Berlin`); undefined if it has none of this name. */
export function canonicalTimeZone(timeZone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', {timeZone}).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** Whether it is quiet where the user is: from `from` on, and no longer at `until`. The zone's name must be canonical. */
export function isQuiet({from, until, timeZone}: webPush.QuietHours, nowMs: number): boolean {
  const time = clockOf(timeZone).format(nowMs);
  return from < until ? from <= time && time < until : from <= time || time < until;
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
  clocks.set(timeZone, clock);
  return clock;
}
