import fc from 'fast-check';

/**
 * Property tests draw from the same seed in every run, so that a run of the tests says something about the change at
 * hand and nothing about luck. To look for what no seed has found yet: `PROPERTY_SEED=random npx vitest run --project fuzz`;
 * what is found is printed with its seed, and stays as a test by that seed.
 */
const wanted = process.env['PROPERTY_SEED'] ?? '20261';
const seed = wanted === 'random' ? Math.trunc(Math.random() * 2 ** 31) : Number(wanted);
if (!Number.isInteger(seed)) throw new Error(`PROPERTY_SEED must be a whole number or "random", not "${wanted}".`);

fc.configureGlobal({seed});
