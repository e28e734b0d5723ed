/** A failure that the person at the terminal can mend: the message is one sentence and names the remedy. */
export class Refusal extends Error {}
