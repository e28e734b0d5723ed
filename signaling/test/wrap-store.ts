import type {RoomFeeds, Store} from '../src/ports.js';

/** A store whose feeds are in part the test's own. */
export function withFeeds(store: Store, own: (feeds: RoomFeeds) => Partial<RoomFeeds>): Store {
  const {feeds} = store;
  const replaced = own(feeds);
  return overlay(store, {feeds: overlay(feeds, replaced)});
}

/** `base` with some members replaced; the rest keeps its `this`. */
export function overlay<T extends object>(base: T, replaced: Partial<T>): T {
  return new Proxy(base, {
    get(target, name) {
      if (name in replaced) return replaced[name as keyof T];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
