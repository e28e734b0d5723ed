import {describe, expect, test} from 'vitest';
import {append, breakAt, emptyTimeline, fill, prepend, type Stored, type Timeline} from './timeline.js';

const at = (offset: number, epoch = 'e1'): Stored => ({
  kind: 'message',
  event: {room: 'lobby', epoch, offset, at: offset * 1_000, id: `m${offset}`, from: 'ada', name: 'Ada', text: 'x'},
});
const range = (first: number, last: number, epoch?: string): Stored[] =>
  Array.from({length: last - first + 1}, (_, index) => at(first + index, epoch));
const offsets = ({stored}: Timeline): string =>
  stored.map(({event}) => (event.epoch === 'e1' ? '' : `${event.epoch}:`) + String(event.offset)).join(' ');
const add = (timeline: Timeline, ...events: Stored[]): Timeline => events.reduce(append, timeline);

describe('order', () => {
  test('history that arrives after live events lies before them, and what both hold is there once', () => {
    const live = add(emptyTimeline, at(5), at(6));
    expect(offsets(prepend(live, range(2, 5), true))).toBe('2 3 4 5 6');
  });

  test('the events of a new incarnation of the log follow those of the old one', () => {
    const before = add(emptyTimeline, at(7), at(8));
    expect(offsets(add(breakAt(before, 'e2', 0), at(1, 'e2'), at(2, 'e2')))).toBe('7 8 e2:1 e2:2');
  });

  test('the oldest make room, and are to be loaded again', () => {
    const full = add({...emptyTimeline, complete: true}, ...range(1, 2_001));
    expect(full.stored.length).toBe(2_000);
    expect(full.stored[0]?.event.offset).toBe(2);
    expect(full.complete).toBe(false);
  });
});

describe('gaps', () => {
  const broken = add(breakAt(add(emptyTimeline, at(1), at(2)), 'e1', 6), at(7));

  test('a break says what may be missing', () => {
    expect(broken.gaps).toEqual([{epoch: 'e1', after: 2, until: 6, loadable: true}]);
  });

  test('a break without anything missing is none', () => {
    expect(breakAt(add(emptyTimeline, at(1), at(2)), 'e1', 2).gaps).toEqual([]);
  });

  test('a page fills it from its end; what fills it wholly closes it', () => {
    const half = fill(broken, broken.gaps[0]!, range(5, 6), true);
    expect(offsets(half)).toBe('1 2 5 6 7');
    expect(half.gaps).toEqual([{epoch: 'e1', after: 2, until: 4, loadable: true}]);
    const whole = fill(half, half.gaps[0]!, range(1, 4), false);
    expect(offsets(whole)).toBe('1 2 3 4 5 6 7');
    expect(whole.gaps).toEqual([]);
  });

  test('what was trimmed from the log stays missing, and cannot be asked for again', () => {
    const trimmed = fill(broken, broken.gaps[0]!, range(5, 6), false);
    expect(trimmed.gaps).toEqual([{epoch: 'e1', after: 2, until: 4, loadable: false}]);
  });

  test('a lost log leaves its mark, however much of the new one is loaded', () => {
    const lost = breakAt(add(emptyTimeline, at(8)), 'e2', 2);
    const loaded = fill(lost, lost.gaps[0]!, range(1, 2, 'e2'), false);
    expect(offsets(loaded)).toBe('8 e2:1 e2:2');
    expect(loaded.gaps).toEqual([{epoch: 'e2', after: 0, until: 0, loadable: false}]);
  });
});
