/** Alipay's codes for the wallet: 16 to 24 digits that begin with 25 to 30. Other wallets' begin otherwise. */
export function isAlipayCode(tillCode: string): boolean {
  return /^(2[5-9]|30)[0-9]{14,22}$/.test(tillCode);
}
