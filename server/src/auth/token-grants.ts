import {grantsClaim, grantsOfToken, ParleyError} from '@parley/protocol';
import {grantsFromClaim, type TokenGrant} from '@parley/signaling';

/** The grants that a verified token holds; undefined without the claim. Throws `bad_token` naming the first field at fault. */
export function grantsOf(claim: unknown): readonly TokenGrant[] | undefined {
  if (claim === undefined) return undefined;
  const parsed = grantsOfToken.safeParse(claim);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const keys = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const path = [grantsClaim, ...(issue?.path ?? []), ...keys].map(String).join('.').slice(0, 200);
    throw new ParleyError('bad_token', {
      message: `The claim "${path}" is not accepted: ${(issue?.message ?? '').slice(0, 200)}`,
      field: `token.${path}`,
    });
  }
  return grantsFromClaim(parsed.data);
}
