/** What a key of a terminal or a back office may do, and how it signs. */

export type Scope = 'orders:write' | 'orders:read' | 'refunds:write' | 'statements:read' | 'terminals:read';

/** The algorithms of signatures (RFC 9421) that keys may have. */
export type Algorithm = 'ed25519' | 'ecdsa-p256-sha256';
