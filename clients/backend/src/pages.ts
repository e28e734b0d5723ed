/** A verb that lists, page by page. */
type List<Request extends {cursor?: string}, Page extends {cursor?: string}> = (request: Request) => Promise<Page>;

/**
 * Every page of a list, one after another: `for await (const {rooms} of pages(parley.rooms.list))`.
 *
 * @throws whatever the verb rejects with
 */
export async function* pages<Request extends {cursor?: string}, Page extends {cursor?: string}>(
  list: List<Request, Page>,
  request?: Omit<Request, 'cursor'>,
): AsyncGenerator<Page, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await list({...request, ...(cursor !== undefined && {cursor})} as Request);
    yield page;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
