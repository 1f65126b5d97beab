/** The wallets whose customers pay through this Antom, each in its own currency. */

export interface Wallet {
  /** `pspName`, and how the wallet face names it. */
  readonly name: string;
  readonly currency: string;
  /** Above this amount (minor units of its currency) the customer confirms a scanned payment code with the password. */
  readonly passwordAbove: number;
}

export const WALLETS: readonly Wallet[] = [
  { name: 'AlipayCN', currency: 'CNY', passwordAbove: 100_000 },
  { name: 'AlipayHK', currency: 'HKD', passwordAbove: 100_000 },
  { name: 'GCash', currency: 'PHP', passwordAbove: 800_000 },
  { name: "Touch'n Go", currency: 'MYR', passwordAbove: 60_000 },
  { name: 'Kakao Pay', currency: 'KRW', passwordAbove: 200_000 },
];

export const USUAL_WALLET = 'AlipayCN';

export const walletOf = (name: string): Wallet | undefined => WALLETS.find((it) => it.name === name);
