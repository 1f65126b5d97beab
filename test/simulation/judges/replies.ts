/** Answers that tell an order or a refund: each is held as a whole against what the judge would have written, status included. */

import type { Invocation, Io } from '../world/io.ts';
import type { By } from '../world/tills.ts';
import type { Replied, ViewPage } from '../world/wire.ts';
import type { Calls } from './calls.ts';
import { type OrderClaim, statusOf } from './claims.ts';
import { isOwedBy, viewOf } from './views.ts';
import { must, mustBe } from './violation.ts';
import type { Sale, Witness } from './witness.ts';

/** An order as it is told, with texts for people. */
export type Told = Readonly<Record<string, unknown>> & { readonly orderId: string; readonly version: number };

/** Who reads an order. `isLive`: the terminal goes on with its sale; to continue it is to do that, whoever asks. */
export interface Reader extends Pick<Invocation, 'what' | 'skew'> {
  readonly by: By | undefined;
  readonly isLive: boolean | 'whoever asks';
}

function readerOf({ what, skew, asked }: Invocation): Reader {
  const by = 'by' in asked ? asked.by : undefined;
  const isGoingOn = ['createOrder', 'createQrCode', 'payWithTillCode'].includes(asked.op);
  return { what, skew, by, isLive: isGoingOn ? 'whoever asks' : asked.op === 'getOrder' };
}

export class Replies {
  private readonly witness: Witness;
  private readonly calls: Calls;
  private readonly io: Io;
  /** No answer to a write is ever lost; one that was lost before all healed may be told of only afterwards. */
  private readonly isSure: boolean;

  constructor(witness: Witness, calls: Calls, io: Io) {
    this.witness = witness;
    this.calls = calls;
    this.io = io;
    this.isSure = io.faults.ambiguousWrite === 0;
  }

  /** Of a request that was answered in order. */
  judge(its: Invocation, { status, body, headers }: Replied): void {
    const { refund, order = body } = body as { refund?: object; order?: object };
    const { sale, claim } = this.told(readerOf(its), order as Told);
    const isHeard = its.asked.op !== 'closeOrder' || claim.closeRequested !== undefined || claim.closed !== undefined;
    must(isHeard, 'I10', `${its.what} is answered, and nobody has stored the wish`);
    this.mustShow(its, claim);
    const [expected, isReplay] = this.statusOf(its, sale, claim);
    must(expected.includes(status), 'I25', `${its.what} has the status ${status}, and not ${expected.join(' or ')}`);
    const said = headers?.['idempotency-replayed'] === 'true';
    must(isReplay === undefined || said === isReplay, 'I25', `${its.what} is ${said ? '' : 'not '}called a replay`);
    if (refund === undefined || its.asked.op !== 'createRefund') return;
    const { refundNo } = its.asked;
    const listed = (order as unknown as ViewPage).refunds.find((it) => it.refundNo === refundNo);
    mustBe(refund, listed, 'I25', `the refund that ${its.what} tells`);
  }

  /** One order, however it was asked for: as it was stored in the version that is told. */
  told({ what, by, isLive, skew }: Reader, page: Told): { sale: Sale; claim: OrderClaim } {
    const sale = this.witness.sales.get(page.orderId);
    const claim = sale?.versions.get(page.version);
    must(sale !== undefined && claim !== undefined, 'I25', `${what} tells ${page.orderId} as it never was`);
    const isForIt = isLive === 'whoever asks' || (isLive && by === sale.by);
    const expected = viewOf(this.witness, sale, claim, this.io.world.now + skew, isForIt);
    mustBe(wordless(page), expected, 'I25', `${what}: the order`);
    return { sale, claim };
  }

  /** What the channel has just said is in the answer: why a scan was refused, and that a refund was carried out. */
  private mustShow(its: Invocation, { orderId, attempts, payments, refunds }: OrderClaim): void {
    const { asked } = its;
    if (asked.op === 'payWithTillCode' && this.calls.wasRefused(its)) {
      const scanned = attempts.find(({ n }) => n === asked.attempt);
      must(
        payments.length > 0 || scanned?.refused !== undefined,
        'I25',
        `${its.what} hides why ${orderId} was refused`,
      );
    }
    if (asked.op !== 'createRefund' || its.told.length !== 1) return;
    const refund = refunds.find(({ refundNo }) => refundNo === asked.refundNo);
    const isIts = its.asked.op === 'createRefund' && refund?.calledAt === refund?.requestedAt && refund?.tries === 1;
    must(!isIts || refund?.result !== undefined, 'I25', `${its.what} hides that ${asked.refundNo} was carried out`);
  }

  /** The statuses that may be given, and whether it must be called a replay; where a write's answer was lost, either may be. */
  private statusOf(its: Invocation, sale: Sale, claim: OrderClaim): [status: number[], isReplay: boolean | undefined] {
    const { asked } = its;
    const { isSure } = this;
    switch (asked.op) {
      case 'createOrder': {
        if (sale.openedIn !== its) return [[isOwedBy(claim) ? 202 : 200], true];
        if (isSure) return [[isOwedBy(claim) ? 202 : 201], false];
        return [[isOwedBy(claim) ? 202 : 200, 201], undefined];
      }
      case 'createQrCode':
      case 'payWithTillCode':
        return [[isOwedBy(claim) ? 202 : 200], false];
      case 'closeOrder':
        return [[statusOf(claim) === 'closed' ? 200 : 202], false];
      case 'createRefund': {
        const refund = sale.refunds.get(asked.refundNo);
        const isOpen = claim.refunds.some((it) => it.refundNo === asked.refundNo && it.result === undefined);
        const isFirst = refund?.askedIn === its;
        const replay = isFirst && !isSure ? undefined : !isFirst;
        if (isOpen) return [[202], replay];
        return [isFirst ? (isSure ? [201] : [201, 200]) : [200], replay];
      }
      default:
        return [[200], false];
    }
  }
}

/** Without what is said to people. */
function wordless(page: Told): object {
  const { message, refunds, attempt, ...rest } = page;
  const its = attempt as { refused: { reason: string } | null } | null;
  return {
    ...rest,
    attempt: its && { ...its, refused: its.refused?.reason ?? null },
    refunds: (refunds as { failure: { reason: string } | null }[]).map(wordlessRefund),
  };
}

export function wordlessRefund<R extends { readonly failure: { readonly reason: string } | null }>(refund: R): object {
  return { ...refund, failure: refund.failure?.reason ?? null };
}
