/** The judge of one history: what it has witnessed, and at the end all documents against its own books. */
import type { Asked, Refused } from '../actors/asked.ts';
import { APP_ID, type ChannelModel } from '../world/channel.ts';
import type { Contract } from '../world/contract.ts';
import type { Invocation, Io } from '../world/io.ts';
import type { Item } from '../world/port.ts';
import { reportDayOf } from '../world/report.ts';
import type { SimulatedShop } from '../world/shop.ts';
import { MERCHANT_ID } from '../world/tills.ts';
import type { OrderPage } from '../world/wire.ts';
import type { Chance } from '../world/world.ts';
import { Answers } from './answers.ts';
import { Calls } from './calls.ts';
import { checkOrders } from './invariants.ts';
import { DayLimits } from './limits.ts';
import { checkLook, lookFor } from './looks.ts';
import { RateLimiter } from './pace.ts';
import type { ShiftPage } from './pages.ts';
import { checkReconciliations } from './reconciliations.ts';
import { Replies } from './replies.ts';
import { checkShifts } from './shifts.ts';
import { checkStatements } from './statements.ts';
import { mustBe } from './violation.ts';
import { Witness } from './witness.ts';

/** In so many of them. */
const LOOKS = 0.06;

export class Judge {
  readonly witness: Witness;
  readonly replies: Replies;
  readonly calls: Calls;
  readonly pace: RateLimiter;
  private readonly decided = new Map<string, number>();
  private readonly limits: DayLimits;
  private readonly chance: Chance;
  private readonly io: Io;
  /** Nothing is killed, lost or throttled while a bill is read. */
  private readonly isCalm: boolean;
  private answers: Answers | undefined;
  private paidAtOf: (attemptNo: string) => number = () => 0;

  /** `chance` is its own, so that no history depends on who looks on. */
  constructor(contract: Contract, { io, isCalm }: { io: Io; isCalm: boolean }, chance: Chance) {
    this.chance = chance;
    this.io = io;
    this.limits = new DayLimits(contract, io);
    this.isCalm = isCalm;
    this.witness = new Witness(
      { contract, isAnswered: io.faults.ambiguousWrite === 0, isServed: io.faults.throttle === 0 },
      (sale, refund, asked) => this.limits.took(sale, refund, asked),
      (attemptNo) => this.paidAtOf(attemptNo),
    );
    this.calls = new Calls(this.witness, io);
    this.replies = new Replies(this.witness, this.calls, io);
    this.pace = new RateLimiter(contract, io);
  }

  /** The channel's books, by which everything is judged. */
  sitsOver(channel: ChannelModel): void {
    this.answers = new Answers({
      channel,
      witness: this.witness,
      limits: this.limits,
      calls: this.calls,
      pace: this.pace,
    });
    this.paidAtOf = (attemptNo) => channel.books.trades.get(`${APP_ID}/${attemptNo}`)?.paidAt ?? 0;
  }

  /** In some of the moments in which a request has ended, somebody looks at what is there. */
  async looksOn(shop: SimulatedShop): Promise<void> {
    if (!this.chance.hit(LOOKS)) return;
    const { channel, closings, stores } = shop;
    const isCurrent = () => stores.orders.isCurrent() && stores.statements.isCurrent();
    const ground = { channel, closings, isCurrent, witness: this.witness, replies: this.replies };
    const look = lookFor(ground, this.chance);
    if (!look) return;
    this.io.count(`look ${look.of}${look.refusal === undefined ? '' : ' refused'}`);
    checkLook(ground, look, await shop.look(look));
  }

  /** Before there is anything, nothing is what is told. */
  async looksFirst(shop: SimulatedShop): Promise<() => void> {
    const { channel, closings } = shop;
    const ground = { channel, closings, isCurrent: () => true, witness: this.witness, replies: this.replies };
    const look = { by: 'office', of: 'totals', query: {} } as const;
    const looked = await shop.look(look).catch((error: unknown) => ({ code: String(error) }));
    return () => checkLook(ground, look, looked);
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
    const days = [...new Set(moments.map(reportDayOf))].sort();
    const { statements, inRange, reconciliations, shifts } = await shop.readAll(days);
    const older = statements.map(({ statement }) => statement).slice(0, -1);
    mustBe(inRange, older.toReversed(), 'I12', 'the statements of some days');
    const judged = { channel, witness: this.witness, stores, decided: this.decided };
    const { movements, adjustments } = checkStatements(judged, statements);
    checkReconciliations({ channel, movements, isCalm: this.isCalm }, days, reconciliations);
    checkShifts(channel.contract.zone, movements, adjustments, shifts);
  }
}
