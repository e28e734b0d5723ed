/** Larger messages are dropped by the worker. */
export const largestMessage = 65_536;
