import {callRights, roles, type CallRight, type RequestName, type Role, type Standing} from '@parley/protocol';

/** Who may make a request. */
export type Rule =
  /** Every session: what it asks about is its own, or nobody's in particular. */
  | {readonly who: 'everyone'}
  /** Every session whose token does not exclude the room; what more it takes, the room itself says. */
  | {readonly who: 'comer'}
  /** Sessions in the room with this role or a higher one. */
  | {
      readonly who: Role;
      /** The right in calls that it takes besides; `source`: the one for what is to be published. */
      readonly call?: CallRight | 'source';
      /** It gives a role, which must be one that the session may give. */
      readonly gives?: true;
      /** It acts on a member, whose role must be one that the session may give. */
      readonly upon?: true;
      /** It acts on peers of the call, whose roles must not be above the session's: whose are, is left alone. */
      readonly uponPeers?: true;
    };

const everyone: Rule = {who: 'everyone'};
const comer: Rule = {who: 'comer'};
const guest: Rule = {who: 'guest'};
const member: Rule = {who: 'member'};
const admin: Rule = {who: 'admin'};
const owner: Rule = {who: 'owner'};
const peer: Rule = {who: 'guest', call: 'join'};
const host: Rule = {who: 'guest', call: 'moderate'};
const upon: Rule = {who: 'guest', call: 'moderate', uponPeers: true};

/**
 * Who may do what: every request of the contract, and no other place that says so. A request without a line does not
 * compile; the table of docs/PROTOCOL.md is made from this one.
 */
export const policy: Readonly<Record<RequestName, Rule>> = {
  'session.ping': everyone,
  'session.list': everyone,
  'session.refresh': everyone,
  'session.rename': everyone,
  'session.signOut': everyone,
  'session.signOutOthers': everyone,
  'session.end': everyone,

  'push.ack': everyone,

  'webPush.state': everyone,
  'webPush.subscribe': everyone,
  'webPush.unsubscribe': everyone,
  'webPush.setPolicy': everyone,

  'room.list': everyone,
  'room.create': comer,
  'room.join': comer,
  'room.leave': comer,
  'room.members': guest,
  'room.invite': {who: 'moderator', gives: true},
  'room.setRole': {who: 'moderator', gives: true, upon: true},
  'room.remove': {who: 'moderator', upon: true},
  'room.update': admin,
  'room.groups': admin,
  'room.setGroup': owner,

  'chat.history': guest,
  'chat.send': member,
  'chat.typing': member,

  'presence.get': everyone,
  'presence.room.subscribe': guest,
  'presence.room.unsubscribe': everyone,
  'presence.users.subscribe': everyone,
  'presence.users.unsubscribe': everyone,

  'call.prepare': peer,
  'call.join': peer,
  'call.sync': peer,
  'call.leave': everyone,
  'call.transport.create': peer,
  'call.transport.connect': peer,
  'call.transport.restartIce': peer,
  'call.produce': {who: 'guest', call: 'source'},
  'call.producer.pause': peer,
  'call.producer.resume': peer,
  'call.producer.close': peer,
  'call.subscribe': peer,
  'call.consumers.ready': peer,
  'call.consumer.set': peer,
  'call.follow': peer,
  'call.receive': peer,
  'call.data.produce': {who: 'guest', call: 'data'},
  'call.data.close': peer,
  'call.data.ready': peer,

  'call.simulate': {who: 'guest', call: 'simulate'},

  'call.knock': peer,
  'call.get': peer,
  'call.hand': peer,
  'call.react': peer,
  'call.profile': peer,
  'call.admit': host,
  'call.deny': host,
  'call.lock': host,
  'call.lobby': host,
  'call.mute': upon,
  'call.hands.lower': upon,
  'call.kick': upon,
  'call.end': host,
  'call.record': {who: 'guest', call: 'record'},
  'call.limits': {who: 'admin', call: 'moderate'},
};

/** Nobody lets calls fail because of what they are in the room. */
const ofModerators = callRights.filter((right) => right !== 'simulate');

/** What the roles may do in calls, unless a token says otherwise. */
export const callRightsOf: Readonly<Record<Role, readonly CallRight[]>> = {
  owner: ofModerators,
  admin: ofModerators,
  moderator: ofModerators,
  member: ['join', 'audio', 'video', 'screen', 'data'],
  guest: ['join'],
};

/** The roles that each role may give and take; who has one of them it may remove. The backend is above all roles. */
export const reachOf: Readonly<Record<Role, readonly Role[]>> = {
  owner: roles,
  admin: ['moderator', 'member', 'guest'],
  moderator: ['member', 'guest'],
  member: [],
  guest: [],
};

/** Slow mode is not for those who see to it. */
export const isUnpaced = (standing: Standing | undefined): boolean =>
  standing !== undefined && reaches(standing.role, 'moderator');

/** What `uponPeers` asks: nobody acts in a call on somebody whose role is above theirs. */
export const mayActUpon = (role: Role, other: Role): boolean => reaches(role, other);

/** Whether a role is as high as another, or higher. */
export const reaches = (role: Role, least: Role): boolean => roles.indexOf(role) <= roles.indexOf(least);
