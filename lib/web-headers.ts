/** What the browser may do with our pages: load and call nothing but the site itself and the API, and be framed by no other page. */

/** `connect`: where the pages may send requests beside their own origin. */
export function contentSecurityPolicy(connect = ''): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${connect && ` ${connect}`}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Beside those that CloudFront knows by name. The till scans the customer's code by camera. */
export const OTHER_HEADERS = {
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;
