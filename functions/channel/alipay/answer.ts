/** What a call to the gateway brought. */

export type GatewayAnswer =
  /** Signed by Alipay: the members of the response object. */
  | { readonly kind: 'signed'; readonly response: Readonly<Record<string, unknown>> }
  /** Turned away before it was routed, without a signature: why is worth telling, and no fact. */
  | { readonly kind: 'unsigned_error'; readonly code: string; readonly subCode: string }
  | { readonly kind: 'silence'; readonly why: string; readonly blames?: Blamed };

/** What a silence is the fault of, where that can be told: keys that we hold or lack, or an answer that carries no signature. */
export type Blamed = 'our_keys' | 'alipay_key' | 'alipay_certificate' | 'no_signature';
