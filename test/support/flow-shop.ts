/** Who sells in a flow, and the till that asks. */
import type { Limits, Merchant } from '../../functions/merchant/merchant.ts';

export const MERCHANT_ID = 'mer_aaaabbbbcccc';
export const ACCOUNT = { channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001' } as const;
export const TILL = { keyid: 'trm_aaaabbbbcccc.1', merchantId: MERCHANT_ID, scopes: [], storeId: 'main' };

export function merchantOf(latePayment: Merchant['latePayment'], limits: Limits): Merchant {
  return {
    id: MERCHANT_ID,
    merchantId: MERCHANT_ID,
    kind: 'merchant',
    version: 1,
    acquirer: 'acquirer',
    name: 'shop',
    zone: 'Asia/Shanghai',
    agreements: [
      { agreementId: 'agr_1', currency: 'CNY', validFrom: '2020-01-01', ratePpm: 6_000, feeOnRefund: 'returned' },
    ],
    accounts: [ACCOUNT],
    channels: {},
    latePayment,
    refundWindowDays: 90,
    limits,
  };
}
