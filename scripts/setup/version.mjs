/**
 * @param {string} text "v20.19.1" or "20.19"
 * @returns {[number, number, number]}
 */
function parse(text) {
  const [major = 0, minor = 0, patch = 0] = text.replace(/^v/, '').split('.').map(Number);
  return [major, minor, patch];
}

/**
 * Negative, zero or positive, as for `sort`.
 * @param {string} a
 * @param {string} b
 */
export function compareVersions(a, b) {
  const left = parse(a);
  const right = parse(b);
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/**
 * Whether a version lies in a range of the forms that package.json files here use: ">=20.19", ">=20.0.0 <21.0.0".
 * @param {string} version
 * @param {string} range
 */
export function inRange(version, range) {
  return range.split(' ').every((bound) => {
    const [, operator = '>=', limit = '0'] = /^(>=|<)(.+)$/.exec(bound) ?? [];
    const order = compareVersions(version, limit);
    return operator === '<' ? order < 0 : order >= 0;
  });
}
