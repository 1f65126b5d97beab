/** What a signed request covers (RFC 9421), told alike by clients and functions: components, tags and key ids by purpose. */

/** What a signature is for: one that was made for one purpose is none for another. */
export interface Purpose {
  readonly label: string;
  readonly tag: string;
}

export const TAG = 'tillgate-v1';

export const REQUEST: Purpose = { label: 'sig1', tag: TAG };

/** The new key's signature beside the old one's. */
export const ROTATION: Purpose = { label: 'sig2', tag: TAG };

/** By a key that is not registered yet, under the `keyid` {@link ENROLMENT_KEYID}. */
export const ENROLMENT: Purpose = { label: 'sig1', tag: 'tillgate-enrolment-v1' };

export const ENROLMENT_KEYID = 'enrolment';

/** What every request of ours covers, in this order, and `content-digest` after it if there is a body. */
export const COMPONENTS: readonly string[] = ['@method', '@authority', '@path', '@query'];
