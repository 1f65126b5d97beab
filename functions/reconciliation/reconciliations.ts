/**
 * The store of reconciliations, in the table of statements: a head per merchant (how far its days are compared with the
 * channel's reports, and when the next is due), another for each account that it sold by before, and one item per day and
 * account. A day may be compared again; what people wrote stays.
 */
import { hash } from 'node:crypto';
import { payeeOf } from '../channel/account.ts';
import { DEFAULT_CHANNEL, traitsOf } from '../channel/channels.ts';
import type { Account, ChannelId } from '../channel/registry.ts';
import { STATEMENT_SHARDS } from '../statement/statements.ts';
import { optional, reader } from '../table/stored.ts';
import type { Table } from '../table/table.ts';
import { LOST, retryRaces } from '../table/update.ts';
import { businessDay, dayAfter, type EpochMs, endOfDay } from '../time.ts';
import type { Discrepancy } from './match.ts';

const PAGE = 100;
/** Lost races of one change with other writers of its day. */
const RACES_MAX = 50;

export interface ReportHead {
  readonly id: string;
  readonly merchantId: string;
  readonly version: number;
  /** The last of the channel's days that is done with. */
  readonly lastReportDay: string;
  readonly dueAt: EpochMs;
  readonly failures?: number;
  /** The account that it is about, as an order or the merchant had it; absent: the merchant's receiving account of the day. */
  readonly account?: Account;
  /** Sellers that have a head of their own beside this one. */
  readonly others?: readonly string[];
  /** Days before the last one that are asked for again on their own, the oldest first; see report-days.ts. */
  readonly pending?: readonly { readonly day: string; readonly askAt: EpochMs }[];
}

export interface Reconciliation {
  readonly id: string;
  readonly version: number;
  readonly merchantId: string;
  readonly channel: ChannelId;
  readonly sellerId: string;
  /** The channel's own day. */
  readonly reportDay: string;
  readonly checkedAt: EpochMs;
  /** `no_bill`: the channel had none, three days later. `unreadable`: it had one, and no row of it can be relied on. */
  readonly state: 'compared' | 'no_bill' | 'unreadable';
  /** SHA-256 in hex over the file as it came. */
  readonly billHash: string | null;
  /** Why it is unreadable. */
  readonly why?: string;
  /** Rows of the report that agree, and that belong to other systems on the same account. */
  readonly matched: number;
  readonly foreign: number;
  readonly differences: readonly Discrepancy[];
  /** How many more there are than an item can hold. */
  readonly omitted: number;
  /** Keys of rows whose facts are of a neighbouring day of ours: clocks at midnight. */
  readonly crossDay: readonly string[];
  /** Rows of which the channel has said nothing definite yet, so that the day is asked for again; absent: none. */
  readonly unsettled?: number;
  /** Further sellers with a reconciliation of this day, on the item of the day's first one. */
  readonly others?: readonly string[];
}

/* What is read back; each reader throws WrongItem. */

const readReportHead = reader<ReportHead>('statements', 'id', {
  id: 'text',
  merchantId: 'text',
  version: 'integer',
  lastReportDay: 'text',
  dueAt: 'integer',
  failures: optional('integer'),
  account: optional('object'),
  others: optional(['text']),
  pending: optional([{ day: 'text', askAt: 'integer' }]),
});

const readReconciliation = reader<Reconciliation>('statements', 'id', {
  id: 'text',
  version: 'integer',
  merchantId: 'text',
  channel: 'text',
  sellerId: 'text',
  reportDay: 'text',
  checkedAt: 'integer',
  state: 'text',
  billHash: 'text or null',
  why: optional('text'),
  matched: 'integer',
  foreign: 'integer',
  differences: 'list',
  omitted: 'integer',
  crossDay: ['text'],
  unsettled: optional('integer'),
  others: optional(['text']),
});

export type Compared = Omit<Reconciliation, 'id' | 'version' | 'others'>;

/** What an item holds of differences; a day with more of them has another problem. */
export const DISCREPANCIES_MAX = 400;

export class Reconciliations {
  /** The partitions of due heads: as many as the statements have, whose table they share. */
  readonly dueShards: readonly string[];
  private readonly table: Table;

  constructor(table: Table, shardCount = STATEMENT_SHARDS) {
    this.table = table;
    this.dueShards = [...Array(shardCount).keys()].map((n) => `report-${n}`);
  }

  /** Begins with the day of `now` of the channel that the merchant is to sell by. Safe to repeat: the first head stays. */
  async openHead(merchantId: string, now: EpochMs, channel: ChannelId = DEFAULT_CHANNEL): Promise<void> {
    const today = reportDayOf(channel, now);
    const lastReportDay = dayAfter(today, -1);
    const dueAt = askedFrom(channel, today);
    const head = { id: headId(merchantId), merchantId, version: 1, lastReportDay, dueAt };
    await this.table.create({ ...head, dueShard: this.shardOf(merchantId) });
  }

  /** Of an account that the merchant sold by before, from the day after `main` on. Safe to repeat: the first head stays. */
  async openAccountHead({ merchantId, lastReportDay }: ReportHead, account: Account, now: EpochMs): Promise<void> {
    const head = {
      id: headId(merchantId, payeeOf(account)),
      merchantId,
      version: 1,
      lastReportDay,
      dueAt: now,
      account,
    };
    await this.table.create({ ...head, dueShard: this.shardOf(merchantId) });
  }

  async head(merchantId: string): Promise<ReportHead | undefined> {
    const item = await this.table.get(headId(merchantId));
    return item && readReportHead(item);
  }

  /** The heads of the accounts that the merchant sold by before. */
  async accountHeads({ merchantId, others = [] }: ReportHead): Promise<ReportHead[]> {
    if (others.length === 0) return [];
    return (await this.table.getMany(others.map((sellerId) => headId(merchantId, sellerId)))).map(readReportHead);
  }

  /** Heads that wait for a visit at `now`, the longest waiting first. */
  async dueHeads(shard: string, now: EpochMs): Promise<ReportHead[]> {
    const page = await this.table.query({ index: 'due', partition: shard, range: { to: now }, limit: PAGE });
    const heads = (await this.table.getMany(page.keys)).map(readReportHead);
    return heads.filter(({ dueAt }) => dueAt <= now);
  }

  /** False: another run has changed it. */
  moveHead(seen: ReportHead, changes: Partial<ReportHead>): Promise<boolean> {
    const { failures: _, ...kept } = seen;
    const dueShard = this.shardOf(seen.merchantId);
    const { pending = [], ...head } = { ...kept, ...changes, version: seen.version + 1, dueShard };
    return this.table.replace({ ...head, ...(pending.length > 0 && { pending }) }, seen.version);
  }

  /** Without `sellerId`, that of the day's first account; for all but a few merchants there is no other. */
  async get(merchantId: string, reportDay: string, sellerId?: string): Promise<Reconciliation | undefined> {
    const first = await this.readOne(reconciliationId(merchantId, reportDay));
    if (sellerId === undefined || first?.sellerId === sellerId) return first;
    if (!first?.others?.includes(sellerId)) return undefined;
    return this.readOne(reconciliationId(merchantId, reportDay, sellerId));
  }

  async getMany(merchantId: string, reportDays: readonly string[], sellerId?: string): Promise<Reconciliation[]> {
    const found = await this.read(reportDays.map((day) => reconciliationId(merchantId, day)));
    const isOther = (it: Reconciliation) => sellerId !== undefined && it.sellerId !== sellerId;
    const further = found.filter((it) => isOther(it) && it.others?.includes(sellerId ?? ''));
    const theirs = await this.read(further.map(({ reportDay }) => reconciliationId(merchantId, reportDay, sellerId)));
    return [...found.filter((it) => !isOther(it)), ...theirs];
  }

  /** Those of all accounts of a day, the first one first. */
  async all(merchantId: string, reportDay: string): Promise<Reconciliation[]> {
    const first = await this.get(merchantId, reportDay);
    const { others = [] } = first ?? {};
    const further = await this.read(others.map((sellerId) => reconciliationId(merchantId, reportDay, sellerId)));
    return first ? [first, ...further] : [];
  }

  private async read(ids: readonly string[]): Promise<Reconciliation[]> {
    return ids.length === 0 ? [] : (await this.table.getMany(ids)).map(readReconciliation);
  }

  private async readOne(id: string): Promise<Reconciliation | undefined> {
    const item = await this.table.get(id);
    return item && readReconciliation(item);
  }

  /**
   * Writes what `change` makes of the account's day as it is stored, again until no other writer was faster. `undefined`
   * leaves it. The day's first account has the plain id, which it had before there were others; a further one is named on
   * the first one's item before its own is written. Without `sellerId`: the first one, whichever that is.
   */
  change(
    merchantId: string,
    reportDay: string,
    change: (stored: Reconciliation | undefined, isFurther: boolean) => Compared | undefined,
    sellerId?: string,
  ): Promise<void> {
    const dayId = reconciliationId(merchantId, reportDay);
    return retryRaces(dayId, RACES_MAX, async () => {
      const first = await this.readOne(dayId);
      const further = first && sellerId !== undefined && first.sellerId !== sellerId ? sellerId : undefined;
      const id = reconciliationId(merchantId, reportDay, further);
      const stored = further === undefined ? first : await this.readOne(id);
      const next = change(stored, further !== undefined);
      if (!next) return;
      if (first && further !== undefined && !first.others?.includes(further)) {
        const others = [...(first.others ?? []), further];
        await this.table.replace({ ...first, others, version: first.version + 1 }, first.version);
        return LOST;
      }
      const { others } = stored ?? {};
      const item = { ...next, id, version: (stored?.version ?? 0) + 1, ...(others && { others }) };
      const isWritten = stored ? await this.table.replace(item, stored.version) : await this.table.create(item);
      return isWritten ? undefined : LOST;
    });
  }

  private shardOf(merchantId: string): string {
    return `report-${hash('sha256', merchantId, 'buffer').readUInt16BE(0) % this.dueShards.length}`;
  }
}

const ofSeller = (sellerId: string | undefined) => (sellerId === undefined ? '' : `.${sellerId}`);
const headId = (merchantId: string, sellerId?: string) => `report_${merchantId}${ofSeller(sellerId)}`;
const reconciliationId = (merchantId: string, reportDay: string, sellerId?: string) =>
  `rec_${merchantId}.${reportDay}${ofSeller(sellerId)}`;

/** The channel's own day at an instant. */
export function reportDayOf(channel: ChannelId, at: EpochMs): string {
  return businessDay(at, traitsOf(channel).dayZone);
}

export function beginOf(channel: ChannelId, reportDay: string): EpochMs {
  return endOfDay(dayAfter(reportDay, -1), traitsOf(channel).dayZone);
}

/** The report of that day is asked for from then on; one that people bring is never asked for. */
export function askedFrom(channel: ChannelId, reportDay: string): EpochMs {
  const { dayZone, report } = traitsOf(channel);
  return endOfDay(reportDay, dayZone) + (report === 'imported' ? 0 : report.askedAfter);
}
