/** Who stands where: three terminals in two stores, and a back office. */

export const MERCHANT_ID = 'mer_aaaabbbbcccc';

export const TILLS = ['a', 'b', 'c'] as const;
export type Till = (typeof TILLS)[number];
export type By = Till | 'office';

export const PLACES: Readonly<Record<Till, { readonly terminalId: string; readonly storeId: string }>> = {
  a: { terminalId: 'trm_aaaabbbbcccc', storeId: 'main' },
  b: { terminalId: 'trm_bbbbccccdddd', storeId: 'side' },
  c: { terminalId: 'trm_ccccddddeeee', storeId: 'main' },
};

/** Where money moves, and by whose hand; a back office has no terminal. */
export interface Place {
  readonly storeId: string;
  readonly terminalId: string | null;
  readonly operatorId: string | null;
}

/** What a file has to quote, and what a spreadsheet would compute, is among them. */
const OPERATORS: Readonly<Record<By, string>> = {
  ...{ a: 'cashier a', b: 'cashier "b", side', c: '=cashier c', office: 'cashier office' },
};

export const operatorOf = (by: By) => OPERATORS[by];

/** Where `by` acts on an order of the till `sale`: a back office acts for the sale's store. */
export function placeOf(by: By, sale: By): Place {
  const operatorId = operatorOf(by);
  if (by !== 'office') return { ...PLACES[by], operatorId };
  return { storeId: sale === 'office' ? 'main' : PLACES[sale].storeId, terminalId: null, operatorId };
}
