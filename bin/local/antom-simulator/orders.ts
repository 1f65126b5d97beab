/** What a pay asks for: its required members checked, and put as the books take it. */
import { isCurrency, readMoney } from './money.ts';
import type { No, Order, Scenario } from './payments.ts';
import type { Client } from './wire.ts';
import { readIsoTime } from './wire.ts';

/** How long a payment waits where nothing is said. */
const USUAL_TIME = 3 * 60_000;
const LARGEST = 100_000_000_000;

export type Content = Readonly<Record<string, unknown>>;

/** An order, and what its customer showed; `refusal` is set if the books are to refuse it for ever. */
export interface Asked {
  readonly order: Order;
  readonly paymentCode: string | undefined;
  readonly refusal: string | undefined;
}

/** A refusal here is of a message that is no pay at all: its number stays free. */
export function readPay(client: Client, content: Content, now: number): Asked | No {
  const wrong = { no: 'PARAM_ILLEGAL' };
  const order = membersOf(content.order);
  const merchant = membersOf(order.merchant);
  const store = membersOf(merchant.store);
  const env = membersOf(order.env);
  const scenario = membersOf(content.paymentFactor).inStorePaymentScenario;
  const method = membersOf(content.paymentMethod);
  const amount = readMoney(content.paymentAmount);
  const paymentRequestId = textIn(content.paymentRequestId, 64);
  if (content.productCode !== 'IN_STORE_PAYMENT' || method.paymentMethodType !== 'CONNECT_WALLET') return wrong;
  if (!paymentRequestId || !/^[\w-]+$/.test(paymentRequestId) || !amount || !isScenario(scenario)) return wrong;
  const orderAmount = readMoney(order.orderAmount);
  if (orderAmount?.currency !== amount.currency || orderAmount.value !== amount.value) return wrong;
  const referenceOrderId = textIn(order.referenceOrderId, 64);
  const description = textIn(order.orderDescription, 256);
  const { referenceMerchantId, merchantName, merchantMCC } = merchant;
  const shop = [
    referenceMerchantId,
    merchantName,
    merchantMCC,
    store.referenceStoreId,
    store.storeName,
    store.storeMCC,
  ];
  if (!referenceOrderId || !description || !shop.every((it) => textIn(it, 256))) return wrong;
  const isCode = scenario === 'PaymentCode';
  const paymentCode = isCode ? textIn(method.paymentMethodId, 128) : undefined;
  if (isCode !== (method.paymentMethodId !== undefined) || isCode !== (paymentCode !== undefined)) return wrong;
  const asked = readIsoTime(env.storeTerminalRequestTime) !== undefined && textIn(env.storeTerminalId, 64);
  if (isCode && !asked) return wrong;
  const notifyUrl = content.paymentNotifyUrl === undefined ? null : urlIn(content.paymentNotifyUrl);
  const endsAt = content.paymentExpiryTime === undefined ? now + USUAL_TIME : readIsoTime(content.paymentExpiryTime);
  if (notifyUrl === undefined || endsAt === undefined) return wrong;
  const { settlementCurrency = '' } = membersOf(content.settlementStrategy);
  if (typeof settlementCurrency !== 'string') return wrong;
  return {
    order: {
      ...{ clientId: client.clientId, paymentRequestId, scenario, amount, settlementCurrency },
      asked: JSON.stringify([scenario, amount, settlementCurrency, referenceOrderId, paymentCode ?? null]),
      ...{ notifyUrl, referenceOrderId, description, endsAt },
      merchantName: String(merchantName),
      referenceMerchantId: String(referenceMerchantId),
      storeId: String(store.referenceStoreId),
      ...(typeof env.storeTerminalId === 'string' && { terminalId: env.storeTerminalId }),
    },
    paymentCode,
    refusal: contractNo(client, amount.currency, settlementCurrency) ?? limitNo(amount.value, endsAt, now),
  };
}

function contractNo({ settlements }: Client, currency: string, settlementCurrency: string): string | undefined {
  if (!isCurrency(currency) || !Object.hasOwn(settlements, currency)) return 'CURRENCY_NOT_SUPPORT';
  return settlements[currency]?.includes(settlementCurrency) ? undefined : 'SETTLE_CONTRACT_NOT_MATCH';
}

function limitNo(value: number, endsAt: number, now: number): string | undefined {
  if (endsAt <= now) return 'PARAM_ILLEGAL';
  return value > LARGEST ? 'PAYMENT_AMOUNT_EXCEED_LIMIT' : undefined;
}

const isScenario = (value: unknown): value is Scenario => value === 'OrderCode' || value === 'PaymentCode';

/** Text of 1 to `longest` characters; undefined for anything else. */
export function textIn(value: unknown, longest: number): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : undefined;
}

function urlIn(value: unknown): string | undefined {
  const text = textIn(value, 2048);
  return text !== undefined && /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? text : undefined;
}

function membersOf(value: unknown): Content {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : {};
}
