import {roles} from '@parley/protocol';
import {callRightsOf, policy, reachOf, reaches, type Rule} from '@parley/signaling';

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function note(rule: Rule): string {
  switch (rule.who) {
    case 'everyone':
      return 'every session';
    case 'comer':
      return 'every session whose token does not exclude the room';
    default:
      return [
        ...(rule.call === undefined
          ? []
          : [rule.call === 'source' ? 'the right to publish it' : `the right \`${rule.call}\` in calls`]),
        ...(rule.uponPeers ? ['those with a higher role are left alone'] : []),
        ...(rule.gives ? ['the role must be one that the session may give'] : []),
        ...(rule.upon ? ['the member’s role must be one that the session may give'] : []),
      ].join('; ');
  }
}

/** The part of docs/PROTOCOL.md that is made from `signaling/src/rights/policy.ts`. */
export function permissionTable(): string {
  const allowed = ({who}: Rule): readonly string[] =>
    roles.map((role) => (who === 'everyone' || who === 'comer' || reaches(role, who) ? 'yes' : '–'));
  return [
    '## Permissions by role',
    '',
    row('request', ...roles, 'besides'),
    `|${'---|'.repeat(roles.length + 2)}`,
    ...Object.entries(policy).map(([name, rule]) => row(`\`${name}\``, ...allowed(rule), note(rule))),
    row(
      'rights in calls',
      ...roles.map((role) => callRightsOf[role].map((right) => `\`${right}\``).join(' ')),
      'unless a grant of the token says otherwise',
    ),
    row('may give and take', ...roles.map((role) => reachOf[role].map((each) => `\`${each}\``).join(' ') || '–'), ''),
    '',
  ].join('\n');
}
