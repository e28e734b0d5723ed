import {expect, test} from 'vitest';
import {checkMs, Pulse} from './pulse.js';

/** A peer whose transports receive and are sent the given bytes per check. */
class Rig {
  readonly pulse = new Pulse();
  readonly #bytes = new Map<string, {received: number; sent: number}>();

  /** So many bytes more have come by then. */
  received(transport: string, bytes: number): void {
    const {received = 0, sent = 0} = this.#bytes.get(transport) ?? {};
    this.#bytes.set(transport, {received: received + bytes, sent});
  }

  run(
    checks: number,
    transports: Record<string, {in?: number; out?: number; speaks?: boolean}>,
  ): (string | undefined)[] {
    return Array.from({length: checks}, () =>
      this.pulse.check(
        Object.entries(transports).map(([transport, {in: received = 0, out: sent = 0, speaks = false}]) => {
          const before = this.#bytes.get(transport) ?? {received: 0, sent: 0};
          const now = {received: before.received + received, sent: before.sent + sent};
          this.#bytes.set(transport, now);
          return {transport, ...now, speaks};
        }),
      ),
    ).filter((verdict) => verdict !== undefined);
  }
}

const talking = {send: {in: 900, speaks: true}, receive: {in: 100, out: 900}};

test('[CALL9] a peer that publishes and falls silent is noticed within 6 s, and so is its return', () => {
  const rig = new Rig();
  expect(rig.run(10, talking)).toEqual([]);
  const gone = {send: {speaks: true}, receive: {out: 900}};
  const checks = Math.floor(6_000 / checkMs) - 1; // the silence may have begun right after a check
  expect(rig.run(checks, gone)).toEqual(['silent']);
  expect(rig.run(20, gone)).toEqual([]);
  expect(rig.run(1, talking)).toEqual(['heard']);
});

test('[CALL9] one that only listens owes reports on what it is sent', () => {
  const rig = new Rig();
  expect(rig.run(10, {receive: {in: 50, out: 900}})).toEqual([]);
  expect(rig.run(6, {receive: {out: 900}})).toEqual(['silent']);
});

test('a pause that its client tells of is no silence', () => {
  const rig = new Rig();
  rig.run(10, {send: {in: 900, speaks: true}});
  expect(rig.run(30, {send: {speaks: false}})).toEqual([]);
});

test('one transport that is heard vouches for the other', () => {
  const rig = new Rig();
  rig.run(10, talking);
  expect(rig.run(30, {send: {speaks: true}, receive: {in: 100, out: 900}})).toEqual([]);
});

test('a listener whose reports come seldom, or whose speaker stopped, is not taken for gone', () => {
  const seldom = new Rig();
  for (let round = 0; round < 5; round += 1) {
    expect(seldom.run(1, {receive: {in: 50, out: 900}})).toEqual([]);
    expect(seldom.run(7, {receive: {out: 900}})).toEqual([]);
  }
  const left = new Rig();
  left.run(10, {receive: {in: 50, out: 900}});
  expect(left.run(30, {receive: {}})).toEqual([]);
});

test('[CALL9] what a transport received while nobody looked at it is no sign of life', () => {
  const rig = new Rig();
  const heardOnOne = {send: {in: 900, speaks: true}};
  expect(rig.run(1, talking)).toEqual([]);
  expect(rig.run(9, heardOnOne)).toEqual([]);
  // Of the other transport all that came before is new to the first check that looks at it again.
  const gone = {send: {speaks: true}, receive: {in: 0, out: 900}};
  rig.received('receive', 5_000);
  expect(rig.run(5, gone)).toEqual([]);
  expect(rig.run(1, gone)).toEqual(['silent']);
});

test('[CALL9] who is heard on a transport that was left out meanwhile is heard by the second look', () => {
  const rig = new Rig();
  expect(rig.run(10, {send: {in: 900, speaks: true}})).toEqual([]);
  expect(rig.run(20, {send: {speaks: true}, receive: {in: 100, out: 900}})).toEqual([]);
});
