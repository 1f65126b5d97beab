/** What the world's actors ask of the product: kept as it was asked, so that the judge need not read it back from an item. */
import type { By } from '../world/tills.ts';

/** Of the order by its id; amounts are fen. */
export type Asked =
  | { readonly op: 'createOrder'; readonly by: By; readonly sale: SaleAsked }
  | { readonly op: 'createQrCode'; readonly by: By; readonly orderId: string; readonly attempt: number }
  | { readonly op: 'payWithTillCode'; readonly by: By; readonly orderId: string; readonly attempt: number }
  | { readonly op: 'getOrder' | 'closeOrder'; readonly by: By; readonly orderId: string }
  | {
      readonly op: 'createRefund';
      readonly by: By;
      readonly orderId: string;
      readonly refundNo: string;
      readonly value: number;
    }
  | { readonly op: 'closeShift'; readonly by: By; readonly shiftNo: string }
  /** What nobody at a till asks for: the sweep, and a message of the channel. */
  | { readonly op: 'sweep' | 'notification' };

export interface SaleAsked {
  readonly merchantOrderNo: string;
  readonly amount: { readonly currency: string; readonly value: number };
  readonly subject: string;
  readonly operatorId: string;
  readonly expiresInSeconds: number;
  readonly qrCode: boolean;
  /** The channel that is to take it. */
  readonly channel?: 'alipay' | 'antom';
  /** The order in whose place it is opened. */
  readonly replaces?: string;
  readonly svg: boolean;
}

/** How the product refused: the problem's code, and its members. */
export interface Refused {
  readonly code: string;
  readonly members: Readonly<Record<string, unknown>>;
}

export function refusedBy(answer: object): string | undefined {
  return 'code' in answer ? String(answer.code) : undefined;
}
