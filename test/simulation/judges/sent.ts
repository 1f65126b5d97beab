/** What may be sent to the channel, judged at the moment it is sent: of till codes, and how far calls are apart. */
import type { Invocation, Io } from '../world/io.ts';
import type {
  CodeRequest,
  QueryAnswer,
  RefundRequest,
  TillCodeAnswer,
  TillCodeRequest,
  Unknown,
} from '../world/port.ts';
import type { Store } from '../world/table.ts';
import { operatorOf } from '../world/tills.ts';
import type { OrderClaim } from './claims.ts';
import type { Judge } from './judge.ts';
import { must } from './violation.ts';
import type { Witness } from './witness.ts';

type RefundRef = Pick<RefundRequest, 'attemptNo' | 'requestNo'>;

export interface Sent {
  /** Anything is called for, before it is judged as what it is. */
  called(invocation: Invocation, label: string, attemptNo?: string): void;
  /** The invocation has this answer. */
  told(invocation: Invocation, label: string, answer: Partial<Unknown>): void;
  /** The invocation has heard what came of its question, or of its scan. */
  heard(invocation: Invocation, answer: TillCodeAnswer | QueryAnswer): void;
  codeSent(request: CodeRequest): void;
  paySent(request: TillCodeRequest): void;
  querySent(invocation: Invocation, attemptNo: string): void;
  cancelSent(invocation: Invocation, attemptNo: string): void;
  refundSent(invocation: Invocation, request: RefundRequest): void;
  /** It was refused, or moved no money by this call. */
  refundNotMoved(invocation: Invocation, number: string, kind: string): void;
  refundQuerySent(invocation: Invocation, ref: RefundRef): void;
}

const nothing = () => {};
export const nobody: Sent = {
  ...{
    called: nothing,
    told: nothing,
    heard: nothing,
    codeSent: nothing,
    paySent: nothing,
    querySent: nothing,
    cancelSent: nothing,
  },
  ...{ refundSent: nothing, refundNotMoved: nothing, refundQuerySent: nothing },
};

/**
 * Alipay: refunds of one trade at least so far apart. The same one again only when the call before is surely over: a minute after
 * it was claimed, and an invocation sends what it has claimed within its 12 s.
 */
const REFUND_SPACING = 3_000;
const REFUND_AGAIN = 48_000;
/** Alipay knows a refund so long after it at the latest. */
const REFUND_KNOWN = 10_000;
/** From the moment that the product goes by to the one in which the call leaves: a write, and what is read before it. */
const ON_ITS_WAY = 200;

/** `blame` hears of what must not be. */
export function judgeOf(orders: Store, { witness, calls }: Judge, io: Io, blame: (error: unknown) => void): Sent {
  const judge = (check: () => void) => {
    try {
      check();
    } catch (error) {
      blame(error);
    }
  };
  const { paySent, ...scanned } = tillCodes(orders, judge);
  return {
    called: (invocation, label, attemptNo) => judge(() => calls.called(invocation, label, attemptNo)),
    told: (invocation, label, answer) => judge(() => calls.told(invocation, label, answer)),
    heard: (invocation, answer) => calls.heard(invocation, answer),
    codeSent: (request) => judge(() => calls.codeSent(request)),
    paySent: (request) => {
      paySent(request.attemptNo);
      judge(() => calls.paySent(request));
    },
    ...scanned,
    ...refunds(witness, io, judge),
  };
}

type Judging = (check: () => void) => void;

type Scanned = Pick<Sent, 'querySent' | 'cancelSent'> & { paySent(attemptNo: string): void };

function tillCodes(orders: Store, judge: Judging): Scanned {
  const paid = new Set<string>();
  /** By attempt: the invocations that have asked for it. */
  const asked = new Map<string, Set<Invocation>>();
  const attemptOf = (attemptNo: string) => {
    const [orderId = '', n] = attemptNo.split(/_(?=\d+$)/);
    const order = orders.get(orderId) as unknown as OrderClaim | undefined;
    return order?.attempts.find((attempt) => attempt.n === Number(n));
  };
  return {
    paySent: (attemptNo) =>
      judge(() => {
        must(!paid.has(attemptNo), 'I17', `${attemptNo} is asked for twice`);
        must(attemptOf(attemptNo) !== undefined, 'I17', `${attemptNo} is asked for and not stored`);
        paid.add(attemptNo);
      }),
    querySent: (invocation, attemptNo) =>
      asked.set(attemptNo, (asked.get(attemptNo) ?? new Set<Invocation>()).add(invocation)),
    cancelSent: (invocation, attemptNo) =>
      judge(() => {
        const isAsked = asked.get(attemptNo)?.has(invocation) === true;
        must(isAsked, 'I18', `${attemptNo} is cancelled without a query just before`);
        // Nobody may be told to hand over goods for money that a cancel under way takes back.
        const isStored = attemptOf(attemptNo)?.cancelRequestedAt !== undefined;
        must(isStored, 'I18', `${attemptNo} is cancelled and nobody stored it`);
      }),
  };
}

interface Call {
  readonly number: string;
  readonly orderId: string;
  readonly at: number;
}

/**
 * Distances are those of one clock and of an undisturbed process: where clocks are off, or processes sleep between what they
 * read and what they send, nothing holds them apart but the number that makes a repetition harmless.
 */
function refunds(
  witness: Witness,
  io: Io,
  judge: Judging,
): Pick<Sent, 'refundSent' | 'refundNotMoved' | 'refundQuerySent'> {
  const calls: Call[] = [];
  /** Numbers whose call the channel has answered without moving money, by who may ask about it at once. */
  const doubtful = new Map<string, Set<Invocation>>();
  // A call by a clock that was off is no measure, also once all has healed.
  const isUndisturbed = () => io.faults.skewMs === 0 && io.faults.pause === 0;
  return {
    refundSent: ({ what }, { attemptNo, requestNo, amount, operatorId }) =>
      judge(() => {
        const { now } = io.world;
        const orderId = attemptNo.slice(0, attemptNo.lastIndexOf('_'));
        const known = [...(witness.sales.get(orderId)?.refunds.values() ?? [])].find((it) => it.number === requestNo);
        const isIt = known?.amount === amount.value && `${orderId}_${known.attempt}` === attemptNo;
        must(isIt, 'I2', `refund ${requestNo} of ${amount.value} is sent, and nobody asked for it`);
        const by = known.by === undefined ? undefined : operatorOf(known.by);
        must(operatorId === by, 'I2', `refund ${requestNo} is sent as asked for by ${operatorId}`);
        for (const call of isUndisturbed() ? calls : []) {
          if (call.orderId !== orderId) continue;
          const apart = call.number === requestNo ? REFUND_AGAIN : REFUND_SPACING;
          must(
            now - call.at >= apart - ON_ITS_WAY,
            'I22',
            `${what} sends ${requestNo} ${now - call.at} ms after ${call.number}`,
          );
        }
        if (isUndisturbed()) calls.push({ number: requestNo, orderId, at: now });
      }),
    refundNotMoved: (invocation, number, kind) => {
      if (kind === 'refused') witness.refusedByChannel.add(number);
      doubtful.set(number, (doubtful.get(number) ?? new Set<Invocation>()).add(invocation));
    },
    refundQuerySent: (invocation, { requestNo }) =>
      judge(() => {
        // Who began before the call may have read the order before it, and cannot know of it.
        const last = calls.findLast(({ number, at }) => number === requestNo && at < invocation.beganAt);
        // What the channel has told of itself may be asked about at once.
        const isTold = invocation.asked.op === 'notification' || doubtful.get(requestNo)?.has(invocation) === true;
        if (!last || !isUndisturbed() || isTold) return;
        const since = io.world.now - last.at;
        must(
          since >= REFUND_KNOWN - ON_ITS_WAY,
          'I22',
          `${invocation.what} asks for ${requestNo} ${since} ms after its call`,
        );
      }),
  };
}
