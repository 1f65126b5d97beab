/** What a key of a terminal or a back office may do, and how it signs. */

export const SCOPES = ['orders:read', 'orders:write', 'refunds:write', 'statements:read', 'terminals:read'] as const;
export type Scope = (typeof SCOPES)[number];

/** The algorithms of signatures (RFC 9421) that keys may have. */
export type Algorithm = 'ed25519' | 'ecdsa-p256-sha256';
