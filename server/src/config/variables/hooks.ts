import {text} from '../values.js';
import {variable} from '../variable.js';

export const hookVariables = {
  PARLEY_HOOKS: variable({
    group: 'operations',
    schema: text,
    doc: 'Who is asked by HTTP whether something may happen: a JSON array of backends, or the path of a file with one. Of each `name`, `url`, `secrets` (as in `PARLEY_WEBHOOKS`) and `hooks`, which says of each of `connect`, `join`, `publish` and `callJoin` that it decides what counts if it does not answer: `"open"` (it happens) or `"closed"` (it does not); besides, if the usual is not wanted, `allowPrivate` (false), `concurrency` (32) and `timeoutMs` (2000). docs/OPERATIONS.md has an example.',
    secret: true,
  }),
} as const;
