/** The judge of one history: what it has witnessed, and at the end all documents against its own books. */
import type { Asked, Refused } from '../asked.ts';
import { billDayOf } from '../bill.ts';
import { APP_ID, type ChannelModel } from '../channel.ts';
import type { Contract } from '../contract.ts';
import { checkOrders } from '../invariants.ts';
import type { Invocation, Io } from '../io.ts';
import type { Item } from '../port.ts';
import type { SimulatedShop } from '../shop.ts';
import { MERCHANT_ID } from '../tills.ts';
import type { OrderPage } from '../wire.ts';
import { Answers } from './answers.ts';
import { DayLimits } from './limits.ts';
import type { ShiftPage } from './pages.ts';
import { checkReconciliations } from './reconciliations.ts';
import { checkShifts } from './shifts.ts';
import { checkStatements } from './statements.ts';
import { Witness } from './witness.ts';

export class Judge {
  readonly witness: Witness;
  private readonly decided = new Map<string, number>();
  private readonly limits: DayLimits;
  /** Nothing is killed, lost or throttled in this history. */
  private readonly isCalm: boolean;
  private answers: Answers | undefined;
  private paidAtOf: (attemptNo: string) => number = () => 0;

  constructor(contract: Contract, io: Io) {
    this.limits = new DayLimits(contract, io);
    const { killAfter, killBefore, throttle, ambiguousWrite, pause, slow } = io.faults;
    this.isCalm = !io.isKilled && killAfter + killBefore + throttle + ambiguousWrite + pause + slow === 0;
    this.witness = new Witness(
      contract,
      (sale, refund, asked) => this.limits.took(sale, refund, asked),
      (attemptNo) => this.paidAtOf(attemptNo),
    );
  }

  /** The channel's books, by which everything is judged. */
  sitsOver(channel: ChannelModel): void {
    this.answers = new Answers(channel, this.witness, this.limits);
    this.paidAtOf = (attemptNo) => channel.books.trades.get(`${APP_ID}/${attemptNo}`)?.paidAt ?? 0;
  }

  heard(asked: Asked): void {
    this.witness.heard(asked);
    if (asked.op === 'createRefund') this.limits.sent(asked);
  }

  /** The first write of a business day's own item decides it. */
  decides({ id }: Item, now: number): void {
    const [owner, day] = String(id).split('.');
    if (owner === MERCHANT_ID && day !== undefined && !this.decided.has(day)) this.decided.set(day, now);
  }

  answered(its: Invocation, answer: OrderPage | Refused | ShiftPage): void {
    this.answers?.judge(its, answer);
    if (its.asked.op === 'createRefund') this.limits.ended(its.asked);
  }

  async end(shop: SimulatedShop): Promise<void> {
    const { stores, channel } = shop;
    checkOrders(stores, channel, this.witness);
    const moments = [...channel.books.trades.values()].flatMap(({ paidAt, refunds }) =>
      paidAt === null ? [] : [paidAt, ...refunds.map(({ at }) => at)],
    );
    const days = [...new Set(moments.map(billDayOf))].sort();
    const { statements, reconciliations, shifts } = await shop.readAll(days);
    const judged = { channel, witness: this.witness, stores, decided: this.decided };
    const { movements, adjustments } = checkStatements(judged, statements);
    checkReconciliations({ channel, movements, isCalm: this.isCalm }, days, reconciliations);
    checkShifts(channel.contract.zone, movements, adjustments, shifts);
  }
}
