/**
 * Which way a printed fee goes. Alipay prints what it takes with a minus, and bills without it exist: the sign means what it
 * means on the payments of the same file, of which nearly every one is charged, or else what the summary's own arithmetic says.
 */

import type { ReportRow } from '../channel.ts';
import { Cells } from './report-cells.ts';

/** The sign of a fee that was taken: printed `-0.36`, or `0.36`. Undefined: nothing tells. */
export type ChargeSign = -1 | 1 | undefined;

export class FeeSigns {
  private readonly payments = { plus: 0, minus: 0 };
  private summary: ChargeSign;
  private columns: readonly string[] | undefined;
  private readonly cells = new Cells();

  /** A payment of anybody's, with its fee as printed. */
  addPayment(fee: number): void {
    if (fee > 0) this.payments.plus += 1;
    if (fee < 0) this.payments.minus += 1;
  }

  /** A line of the summary: 实收净额 is 商家实收 with 分润 and 服务费, each with the sign that is printed, or the fee is taken off. */
  addSummary(bytes: Buffer, begin: number, end: number): void {
    const { cells } = this;
    if (!cells.cut(bytes, begin, end)) return;
    if (!this.columns) {
      const names = new TextDecoder('gb18030').decode(bytes.subarray(begin, end)).split(',');
      const plain = names.map((name) => name.trim().replace(/[（(]元[）)]$/, ''));
      if (plain.includes('实收净额')) this.columns = plain;
      return;
    }
    // From the right: names of stores stand on the left.
    const amount = (name: string) => {
      const place = (this.columns ?? []).lastIndexOf(name);
      return place === -1 ? undefined : cells.amount(cells.count - (this.columns?.length ?? 0) + place);
    };
    const [received, fee, net] = [amount('商家实收'), amount('服务费'), amount('实收净额')];
    if (received === undefined || fee === undefined || net === undefined || fee === 0) return;
    const rest = net - received - (amount('分润') ?? 0);
    if (rest === fee) this.summary = -1;
    if (rest === 0 - fee) this.summary = 1;
  }

  /** Fen, positive where the channel took it. Where nothing tells, a payment was charged for and a refund brought it back. */
  reader(): (type: ReportRow['type'], printed: number) => number {
    const { plus, minus } = this.payments;
    const isTold = plus !== minus;
    const charge = isTold ? (plus > minus ? 1 : -1) : (this.summary ?? (plus > 0 ? -1 : undefined));
    if (charge === 1) return (_, printed) => printed;
    if (charge === -1) return (_, printed) => 0 - printed;
    return (type, printed) => (type === 'refund' ? 0 - Math.abs(printed) : Math.abs(printed));
  }
}
