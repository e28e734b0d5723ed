import type {NewSession, ResumeRequest, SessionLimit} from '../../ports.js';

/** What a new session is made of. */
export const session = (id: string, overrides: Partial<NewSession> = {}): NewSession => ({
  session: `session-${id}`,
  key: {family: `family-${id}`, own: 'key-1'},
  user: 'ann',
  name: 'Ann',
  attempt: 1,
  token: {},
  ...overrides,
});
/** Resumes with the key of that generation, and is given the next. */
export const claim = (id: string, attempt = 2, generation = attempt - 1): ResumeRequest => ({
  session: `session-${id}`,
  key: {family: `family-${id}`, own: `key-${generation}`, generation},
  nextKey: `key-${generation + 1}`,
  user: 'ann',
  attempt,
  token: {},
});
/** A limit that is not reached. */
export const plenty: SessionLimit = {most: 100, policy: 'refuse_newest'};
