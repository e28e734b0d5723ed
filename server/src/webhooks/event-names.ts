import {events, webhook} from '@parley/protocol';

/** Events of rooms' logs, which are told with the payload that members get. */
export const storedEvents: readonly string[] = [...events.values()]
  .filter(({delivery}) => delivery === 'stored')
  .map(({name}) => name);

/** All that receivers may listen to. */
export const namesOfEvents: readonly string[] = [
  ...storedEvents,
  ...webhook.all.map(({name}) => name).filter((name) => name !== webhook.ping.name),
];
