import {describe, expect, test} from 'vitest';
import type {TokenFacts} from '../../ports.js';
import {clusters, eventually, nodeOf, type MakeCluster} from './cluster-under-test.js';

const day = 24 * 3_600_000;
const moment = 1_800_000_000_000;
/** Beyond the tests' own time, whichever clock they have. */
const later = Date.now() + 3_650 * day;

/** What every twin of the revocations guarantees. */
export function revocationsContract(name: string, makeCluster: MakeCluster): void {
  describe(`revocations: ${name}`, () => {
    const make = clusters(makeCluster);
    const ann: TokenFacts = {user: 'ann', tokenId: 't1', issuedAt: moment};

    test('[TOK5] a token is revoked by its id on every node, and no other is', async () => {
      const cluster = await make(2);
      await nodeOf(cluster, 0).revocations.revoke({kind: 'token', tokenId: 't1', until: later});
      const tokens = [ann, {...ann, tokenId: 't2'}, {user: 'ann'}, {user: 't1'}, {...ann, user: 'bob'}];
      for (const {revocations} of cluster.nodes) {
        revocations.note({kind: 'token', tokenId: 't1', until: later});
        expect(await revocations.areRevoked(tokens)).toEqual([true, false, false, false, true]);
        expect(await revocations.areRevoked([])).toEqual([]);
      }
    });

    test('[TOK5] a user’s tokens are revoked up to a moment, and so are all; one that does not say when is older', async () => {
      const cluster = await make(2);
      const [{revocations}, other] = [nodeOf(cluster, 0), nodeOf(cluster, 1)];
      const issued = (user: string, issuedAt?: number): TokenFacts => ({
        user,
        ...(issuedAt !== undefined && {issuedAt}),
      });
      const tokens = [issued('ann', moment - 1), issued('ann', moment), issued('ann'), issued('bob', moment - 1)];
      await revocations.revoke({kind: 'user', user: 'ann', issuedBefore: moment, until: later});
      expect(await other.revocations.areRevoked(tokens)).toEqual([true, false, true, false]);
      await revocations.revoke({kind: 'all', issuedBefore: moment, until: later});
      expect(await other.revocations.areRevoked(tokens)).toEqual([true, false, true, true]);
    });

    test('[TOK5] a later revocation never takes an earlier one back', async () => {
      const cluster = await make(1);
      const {revocations} = nodeOf(cluster, 0);
      await revocations.revoke({kind: 'user', user: 'ann', issuedBefore: moment, until: later});
      await revocations.revoke({kind: 'user', user: 'ann', issuedBefore: moment - day, until: later - 3_649 * day});
      expect(await revocations.areRevoked([{user: 'ann', issuedAt: moment - 1}])).toEqual([true]);
    });

    test('[TOK7] a revocation is forgotten when the tokens would have expired', async () => {
      const cluster = await make(1);
      const {revocations} = nodeOf(cluster, 0);
      const until = cluster.now() + 500;
      await revocations.revoke({kind: 'token', tokenId: 't1', until});
      expect(await revocations.areRevoked([ann])).toEqual([true]);
      await cluster.pass(1_000);
      await eventually(async () => {
        expect(await revocations.areRevoked([ann])).toEqual([false]);
      });
      await revocations.revoke({kind: 'token', tokenId: 't1', until});
      expect(await revocations.areRevoked([ann])).toEqual([false]);
    });

    test('[TOK6] while the store is away nothing is said about a token, and nothing is revoked', async () => {
      const cluster = await make(1);
      const {revocations} = nodeOf(cluster, 0);
      await cluster.setAvailable(false);
      await expect(revocations.areRevoked([ann])).rejects.toMatchObject({retryable: true});
      await expect(revocations.revoke({kind: 'token', tokenId: 't1', until: later})).rejects.toMatchObject({
        retryable: true,
      });
      await cluster.setAvailable(true);
      expect(await revocations.areRevoked([ann])).toEqual([false]);
    });
  });
}
