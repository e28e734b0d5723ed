import os from 'node:os';
import {isAbsolute, join} from 'node:path';

/**
 * Parley's part of the user's cache folder: the only place outside the clone that set-up writes to.
 * @param {{platform?: string, home?: string, xdgCacheHome?: string | undefined}} [at]
 */
export function cacheFolder({
  platform = process.platform,
  home = os.homedir(),
  xdgCacheHome = process.env['XDG_CACHE_HOME'],
} = {}) {
  // A relative XDG_CACHE_HOME is to be ignored, says its specification.
  if (xdgCacheHome && isAbsolute(xdgCacheHome)) return join(xdgCacheHome, 'parley');
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'parley') : join(home, '.cache', 'parley');
}
