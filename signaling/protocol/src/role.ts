import {z} from 'zod';

/** What somebody is in a room, the highest first. */
export const roles = ['owner', 'admin', 'moderator', 'member', 'guest'] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

/**
 * What somebody may do in a room's call: be in it, publish a microphone, a camera, a screen and its sound, open data
 * channels, act on others, record it, and let something go wrong, which no role may: only the grants of a token give that.
 */
export const callRights = ['join', 'audio', 'video', 'screen', 'data', 'moderate', 'record', 'simulate'] as const;
export const callRight = z.enum(callRights);
export type CallRight = z.infer<typeof callRight>;

/**
 * Who becomes a member by joining. `open`: whoever wants to. `invited`: who was invited, or is let in by a group of the
 * room or a grant of their token. `private`: likewise, and for everybody else there is no such room.
 */
export const access = z.enum(['open', 'invited', 'private']);
export type Access = z.infer<typeof access>;

/** Who joins by themselves becomes a member, who talks, or a guest, who listens. */
export const joinAs = z.enum(['member', 'guest']);
export type JoinAs = z.infer<typeof joinAs>;

/** What a session may do in a room that it has joined. */
export const standing = z.strictObject({
  role,
  /** The names of those requests that not everybody in a room may make, and this session may: `chat.send`, `room.remove`. */
  may: z.array(z.string()),
  /** The roles that it may give and take; only who has one of them it may remove. */
  over: z.array(role),
  call: z.array(callRight),
});
export type Standing = z.infer<typeof standing>;
