import type {NetworkConfig} from '../config/config.js';

/** Headers of every answer that a browser may show. */
export function securityHeaders(
  network: Pick<NetworkConfig, 'loopback' | 'origins' | 'tls'>,
): readonly [string, string][] {
  return [
    ['Content-Security-Policy', contentSecurityPolicy(network)],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
    [
      'Permissions-Policy',
      'camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()',
    ],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ...(network.tls === undefined ? [] : [['Strict-Transport-Security', 'max-age=31536000'] as [string, string]]),
  ];
}

/** Nothing inline and nothing from elsewhere; the page may talk to its own node and to those of the same deployment. */
function contentSecurityPolicy({loopback, origins}: Pick<NetworkConfig, 'loopback' | 'origins'>): string {
  const nodes = origins.filter((origin) => origin !== '*').flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]);
  const local = ['127.0.0.1:*', 'localhost:*'].flatMap((host) => [`http://${host}`, `ws://${host}`]);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src ${["'self'", ...nodes, ...(loopback ? local : [])].join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
