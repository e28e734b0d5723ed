import {expect} from 'vitest';
import type {Fields, Told} from './door.js';
import type {OpenHouse} from './open-house.js';

/** What every door is told, and what each asked the house for: both must not depend on the door. */
export async function askDoors(
  house: OpenHouse,
  verb: string,
  fields: Fields,
  key?: string,
  padding?: number,
): Promise<Told> {
  const doors = house.doorsOf(verb);
  const told: Told[] = [];
  const asked: unknown[] = [];
  for (const door of doors) {
    house.backstage.asked.length = 0;
    told.push(await door.ask(verb, fields, key, padding));
    asked.push([...house.backstage.asked]);
  }
  for (const [n, {name}] of doors.entries()) {
    expect(told[n], name).toEqual(told[0]);
    expect(asked[n], name).toEqual(asked[0]);
  }
  return told[0] ?? {code: ''};
}
