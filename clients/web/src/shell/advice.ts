/** What a person can do about a connection that ended for good, by its close reason. */
export function adviceFor(reason: string): string {
  switch (reason) {
    case 'bad_token':
    case 'token_expired':
    case 'token_revoked':
      return 'Join again to get a new token.';
    case 'kicked':
      return 'Ask whoever runs this server before you join again.';
    case 'replaced':
      return 'This session goes on in another tab.';
    case 'too_many_sessions':
      return 'Sign out on another device, then join again.';
    case 'key_reused':
      return 'Join again, and look through your devices.';
    case 'version_unsupported':
    case 'protocol_error':
      return 'Reload the page to get its current version.';
    case 'origin_forbidden':
      return 'Add this page’s address to PARLEY_ORIGINS of the server.';
    default:
      return 'Join again when you are ready.';
  }
}
