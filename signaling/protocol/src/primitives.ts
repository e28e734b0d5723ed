import {z} from 'zod';

// Zod compiles object schemas where it may, and finds out by trying: on a page with a strict Content-Security-Policy
// that is a reported violation. This module is the first to be evaluated, before any schema is made.
if ('document' in globalThis) z.config({jitless: true});

/**
 * The small vocabulary that every request and event is made of.
 *
 * Ids are restricted to characters that are safe in Redis keys (no braces: they mark hash slots), in URLs and in logs.
 */

const idCharacters = /^[A-Za-z0-9][A-Za-z0-9_.:@-]*$/;

/** A room's name: 1–64 characters of `A–Z a–z 0–9 _ . : @ -`, beginning with a letter or digit. */
export const roomId = z.string().min(1).max(64).regex(idCharacters, 'letters, digits and _ . : @ - only');

/** A user's id: the `sub` of the verified token, 1–128 characters. */
export const userId = z.string().min(1).max(128).regex(idCharacters, 'letters, digits and _ . : @ - only');

/** A group of users, made by the backend: 1–64 characters like a room's name. */
export const groupId = z.string().min(1).max(64).regex(idCharacters, 'letters, digits and _ . : @ - only');

/** A session's id, made by the server. It is public: the secret is the resume key. */
export const sessionId = z.string().min(8).max(40).regex(idCharacters);

/** The secret that proves ownership of a session when it is resumed. */
export const resumeKey = z.string().min(16).max(128);

/** A client-chosen id: of a message (its idempotency key) or of a mutating request. Unique per user for 10 minutes. */
export const clientId = z.string().min(1).max(64).regex(idCharacters, 'letters, digits and _ . : @ - only');

/** What a person is called on screen. */
export const displayName = z.string().trim().min(1).max(64);

/** Which incarnation of a room's log: it changes only if the log was lost. */
export const epoch = z.string().min(1).max(32);

/** A position in a room's log: 0 is before the first event, then 1, 2, 3 … without a hole. */
export const offset = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Milliseconds since the Unix epoch, by the server's clock. */
export const timestamp = z.number().int().min(0);

/** Up to where a client has a room's events. */
export const position = z.strictObject({epoch, offset});

/** Where a stored event stands in its room. */
export const placed = {room: roomId, epoch, offset: offset.min(1), at: timestamp};

/** Any JSON value, bounded by the frame's size. */
export const json = z.json();

export type RoomId = z.infer<typeof roomId>;
export type GroupId = z.infer<typeof groupId>;
export type UserId = z.infer<typeof userId>;
export type SessionId = z.infer<typeof sessionId>;
export type Epoch = z.infer<typeof epoch>;
export type Offset = z.infer<typeof offset>;
export type Position = z.infer<typeof position>;
export type Json = z.infer<typeof json>;
