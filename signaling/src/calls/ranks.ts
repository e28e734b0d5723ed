/**
 * How many layers a video gets of what is left of a path while the others get one. The smallest layer each is given
 * first, in this order: so where a path is too weak for all, what was pinned, screens and the speaker are the last to
 * stand still.
 */
export const ranks = {pinned: 255, screen: 30, speaker: 12, others: 1} as const;
