/** Rooms that clients come to and leave. */
export const passing = ['red', 'green', 'blue'] as const;

/** Everybody is in it all the time and follows its presence, so that everybody may be told of everybody. */
export const square = 'square';

export const rooms = [square, ...passing] as const;
