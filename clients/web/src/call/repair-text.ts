/** What is said while a call is being repaired, by what is wrong with it. */
export const repairText = {
  signaling: 'Reconnecting to the server. The call goes on meanwhile.',
  media: 'The path to the media server broke. Reconnecting …',
  lost: 'The media server was lost. The call is being rebuilt …',
  moved: 'The call moves to another media server. It goes on meanwhile.',
} as const;
