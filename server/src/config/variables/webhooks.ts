import {text} from '../values.js';
import {variable} from '../variable.js';

export const webhookVariables = {
  PARLEY_WEBHOOKS: variable({
    group: 'operations',
    schema: text,
    doc: 'Who is told by HTTP of what happens: a JSON array of receivers, or the path of a file with one. Of each `name`, `url` and `secrets` (as `whsec_` and base64, the newest first); besides, if the usual is not wanted, `events` (`["*"]` but for `chat.message`), `allowPrivate` (false), `concurrency` (8), `timeoutMs` (10000) and `retryForMs` (3600000). docs/OPERATIONS.md has an example.',
    secret: true,
  }),
} as const;
