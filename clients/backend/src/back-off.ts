const firstMs = 100;
const longestMs = 5_000;

/** How long to wait after so many attempts: full jitter, so that those who failed together do not come back together. */
export const backOff = (attempts: number): number => Math.random() * Math.min(longestMs, firstMs * 2 ** (attempts - 1));
