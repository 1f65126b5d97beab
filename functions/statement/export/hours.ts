/** What was sold and charged in each hour of a statement's day, from its lines one after the other. Pure. */
import type { LineView } from '../../contract/answers.ts';
import { localTime } from '../../time.ts';

/** Sums of one hour, in minor units: `refunds` and `feesReturned` are negative or 0, as on the lines. */
export interface Hour {
  sales: number;
  refunds: number;
  fees: number;
  feesReturned: number;
}

/** Late lines and adjusted fees are of other days, and in no hour of this one. A repeated hour of a daylight-saving change counts as one. */
export class Hours {
  private readonly zone: string;
  private readonly currencies = new Map<string, Hour[]>();

  constructor(zone: string) {
    this.zone = zone;
  }

  add({ late, occurredAt, type, currency, gross, fee }: LineView): void {
    if (late || type === 'fee_adjustment') return;
    const hours = this.currencies.get(currency) ?? Array.from({ length: 24 }, noHour);
    this.currencies.set(currency, hours);
    const hour = hours[Number(localTime(Date.parse(occurredAt), this.zone).slice(11, 13))];
    if (!hour) throw new RangeError(`no hour of the day in ${occurredAt}`);
    if (type === 'payment') {
      hour.sales += gross;
      hour.fees += fee;
    } else {
      hour.refunds += gross;
      hour.feesReturned += fee;
    }
  }

  /** By currency, the hours from 0 to 23. */
  get rows(): ReadonlyMap<string, readonly Hour[]> {
    return this.currencies;
  }
}

const noHour = (): Hour => ({ sales: 0, refunds: 0, fees: 0, feesReturned: 0 });
