import {z} from 'zod';

const defaultLimit = 100;
const mostPerPage = 500;

/** Of a list that is answered page by page, in the order of names. */
export const pageQuery = z.strictObject({
  cursor: z.string().min(1).max(256).optional().meta({description: '`cursor` of the page before.'}),
  limit: z.coerce.number().int().min(1).max(mostPerPage).default(defaultLimit),
});

/** Of a page's answer. */
export const nextCursor = z
  .string()
  .optional()
  .meta({description: 'Where the next page begins; without it there is none.'});

export const toPage = ({cursor, limit}: z.infer<typeof pageQuery>): {after?: string; limit: number} => ({
  limit,
  ...(cursor !== undefined && {after: cursor}),
});

/** `cursor` of an answer, if it is not the last page. */
export const cursorOf = (more: boolean, last: string | undefined): {cursor?: string} =>
  more && last !== undefined ? {cursor: last} : {};

/** Of a change of what somebody may do. */
export const atOnce = 'It has taken effect on live sessions of all nodes when this answers.';

/** Of an answer without a body. */
export const nothing = (description: string): z.ZodNull => z.null().meta({description});
