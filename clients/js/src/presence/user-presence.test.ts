import {presence} from '@parley/protocol';
import {expect, test} from 'vitest';
import {Harness} from '../../test/fakes/harness.js';

const endings: readonly string[] = [presence.unsubscribeRoom.name, presence.unsubscribeUsers.name];

test('[PRES7] whom an earlier life of the page followed is not followed by the next one', async () => {
  const harness = new Harness();
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const ended = () => harness.server.asked.map(({name}) => name).filter((name) => endings.includes(name));
  const before = harness.connect({storage});
  await before.ready;
  expect(ended()).toEqual([]);
  harness.surroundings.say('hide');
  const after = harness.connect({storage});
  await after.ready;
  expect(after.state).toMatchObject({resumed: true});
  expect(ended()).toEqual(endings);
  await after.close();
  await before.close();
});
