/** The numbers and instants that the examples share: one sale of 12.34 yuan on 1 March 2026, of which 2.00 go back. */
export const AT = Date.parse('2026-03-01T04:00:00.000Z');
export const ORDER_ID = 'ord_7k2m5q6x4d3tbnvwzayc2jefgh';
export const TRADE_NO = '2026030122001412341000000001';
export const MERCHANT_ID = 'mer_q6x4d3tbnvwzayc2jefgh7k2m5';
export const TERMINAL_ID = 'trm_4d3tbnvwzayc2jefgh7k2m5q6x';
export const STATEMENT_ID = `${MERCHANT_ID}.2026-03-01`;
export const ZONE = 'Asia/Shanghai';
export const cny = (value: number) => ({ currency: 'CNY', value });
export const instant = (ms: number) => new Date(ms).toISOString();
export const PUBLIC_KEY = 'MCowBQYDK2VwAyEAebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ=';
