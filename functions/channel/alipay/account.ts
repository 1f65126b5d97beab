/** A merchant's account at Alipay, and the app by which we act for it. */
export interface AlipayAccount {
  readonly channel: 'alipay';
  readonly appId: string;
  /** The merchant's own account at the acquirer; money goes there and nowhere else. */
  readonly sellerId: string;
  /**
   * The merchant's authorisation of a platform app (service-provider mode): a credential, which the merchant may renew on any
   * day. Orders of versions before have one stored, which counts only where the merchant's item does not know the account.
   */
  readonly appAuthToken?: string;
}
