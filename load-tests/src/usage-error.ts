/** A mistake in the command line: printed as one sentence, without a stack. */
export class UsageError extends Error {}
