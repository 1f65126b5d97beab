/** What goes wrong with one call to Antom while it is there: refusals that are final, results that come later, answers that nobody signed. */
import { no } from '../../../bin/local/antom-simulator/answers.ts';
import type { Twist } from '../../../bin/local/antom-simulator/methods.ts';
import type { Brought, Content } from '../world/antom.ts';
import type { Io } from '../world/io.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const PAY_CODES = ['USER_BALANCE_NOT_ENOUGH', 'INVALID_PAYMENT_CODE', 'NEVER_SEEN'];

const refuse = (code: string): Twist => ({ kind: 'refuse', code, isOpen: false });

/** How the operation is to end otherwise than it would. */
export function twistOf(
  io: Io,
  operation: string,
  { pending, isPaid }: { readonly pending: number; readonly isPaid: boolean },
): Twist | undefined {
  const { chance, now } = io.world;
  const later = (longest: number, failCode: string | null): Twist | undefined => {
    if (pending === 0 || !chance.hit(pending)) return undefined;
    io.count(`antom ${operation} later`);
    return { kind: 'delay', outcome: { at: now + chance.int(SECOND, longest), failCode } };
  };
  switch (operation) {
    case 'precreate':
      return io.strikes('refuseCode') ? refuse('PAYMENT_AMOUNT_EXCEED_LIMIT') : later(10 * SECOND, null);
    case 'pay':
      if (io.strikes('refusePay')) return refuse(chance.pick(PAY_CODES));
      return later(MINUTE, chance.hit(0.5) ? null : 'USER_BALANCE_NOT_ENOUGH');
    case 'cancel':
      if (isPaid && io.strikes('noCover')) return refuse('MERCHANT_BALANCE_NOT_ENOUGH');
      if (io.strikes('cancelAgain')) return { kind: 'delay', outcome: { at: now, failCode: null } };
      return later(SECOND, 'not carried out');
    case 'refund':
      if (io.strikes('noCover')) return refuse('MERCHANT_BALANCE_NOT_ENOUGH');
      if (io.strikes('refuseRefund')) return refuse('REFUND_WINDOW_EXCEED');
      return later(10 * MINUTE, chance.hit(0.7) ? null : 'MERCHANT_BALANCE_NOT_ENOUGH');
    default:
      return undefined;
  }
}

/** A page, before or after the effect; the answer without a signature; or a refusal that Antom has not signed, and that is not true. */
export function garbled(
  io: Io,
  answered: (members: Content, isSigned?: boolean) => Brought,
  run: () => Content,
): Brought {
  const { chance } = io.world;
  if (chance.hit(0.5)) return answered(no(chance.pick(['ORDER_NOT_EXIST', 'ACCESS_DENIED'])), false);
  if (chance.hit(0.3)) return answered(run(), false);
  if (chance.hit(0.5)) run();
  return { kind: 'silence', why: 'the answer is not JSON' };
}
