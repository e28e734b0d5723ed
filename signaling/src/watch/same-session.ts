import type {SeenSession} from '../watches.js';

export const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at]);

/** Whether they differ in nothing that is told. */
export const isSameSession = (a: SeenSession, b: SeenSession): boolean =>
  a.session === b.session &&
  a.state === b.state &&
  a.node === b.node &&
  a.device === b.device &&
  a.name === b.name &&
  a.call === b.call &&
  isSameList(a.rooms, b.rooms);
