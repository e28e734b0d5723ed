import {ParleyError} from '@parley/client';
import type {Role} from '@parley/protocol';
import {textOf} from '../store/toasts.js';

/** `an owner`, `a guest`. */
export const oneOf = (role: Role): string => `${role === 'owner' || role === 'admin' ? 'an' : 'a'} ${role}`;

/** What a person may expect of their own role, in a sentence. */
export function aboutMe(role: Role): string {
  switch (role) {
    case 'owner':
      return 'You are an owner here: everything is yours to change.';
    case 'admin':
      return 'You are an admin here: you look after the room and all below you.';
    case 'moderator':
      return 'You are a moderator here: you look after members and guests.';
    case 'member':
      return 'You are a member here.';
    case 'guest':
      return 'You are a guest here: you read and listen.';
  }
}

/** Why something was not done to somebody, as a person would say it. */
export function refusalText(error: unknown, name: string): string {
  if (!(error instanceof ParleyError)) return textOf(error);
  switch (error.code) {
    case 'forbidden':
      if (error.field === 'user') return `${name} may do as much here as you, or more.`;
      if (error.field === 'role') return 'This role is not yours to give.';
      return 'You may not do this here any more.';
    case 'unknown_member':
      return `${name} is not in this room any more.`;
    default:
      return textOf(error);
  }
}
