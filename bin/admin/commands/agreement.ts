/** Fee terms: dated, never edited, never overlapping. */
import { channelIds, DEFAULT_CHANNEL, HOME_CURRENCY } from '../../../functions/channel/channels.ts';
import { type Agreement, channelOf, type Merchant, takersOf } from '../../../functions/merchant/merchant.ts';
import { isCurrency } from '../../../functions/money.ts';
import { isolated } from '../../../functions/text.ts';
import { Refused, UsageError } from '../../cli/exit.ts';
import { newId } from '../../directory/new-items.ts';
import { type Command, command } from '../command.ts';
import { addAgreement } from '../directory-changes.ts';
import { changeMerchant, findMerchant } from '../directory-store.ts';
import { quoted, readAmount, readChoice, readDay, readRate } from '../read-options.ts';
import { agreementLine, viewOf } from './merchant-view.ts';

export const agreementCommands: readonly Command[] = [
  command({
    name: 'agreement add',
    takes: ['MERCHANT'],
    does: 'negotiated fee terms, in force from a day until the next ones begin; never edited',
    options: {
      rate: ['RATE', 'of what the merchant receives: 0.6% or 6000 (parts per million)'],
      'valid-from': ['DAY', 'its first business day: YYYY-MM-DD, today or tomorrow'],
      'fee-on-refund': ['kept|returned|returned_same_day', 'what becomes of the fee when money goes back'],
      channel: ['CHANNEL', `of which channel's payments: ${channelIds.join(' or ')}; ${DEFAULT_CHANNEL} if not named`],
      currency: ['CODE', `of the orders; ${HOME_CURRENCY} if not named`],
      settlement: ['CODE', 'what the merchant gets for them; their own currency if not named'],
      minimum: ['AMOUNT', 'the least fee of a payment, such as 0.01'],
      cap: ['AMOUNT', 'the most'],
    },
    async run({ deployment, say, tell, confirm }, [wanted], values) {
      const { rate, 'valid-from': day, 'fee-on-refund': onRefund, minimum, cap } = values;
      const { currency = HOME_CURRENCY, settlement = currency } = values;
      const channel = readChoice('channel', values.channel ?? DEFAULT_CHANNEL, channelIds);
      if (rate === undefined || day === undefined || onRefund === undefined)
        throw new UsageError('agreement add needs --rate, --valid-from and --fee-on-refund');
      if (!isCurrency(currency)) throw new UsageError(`--currency is an ISO 4217 code such as CNY, not ${currency}`);
      if (!isCurrency(settlement))
        throw new UsageError(`--settlement is an ISO 4217 code such as CNY, not ${settlement}`);
      const { id, name, zone } = await findMerchant(deployment, wanted);
      const head = await deployment.statements.head(id);
      if (!head) throw new Refused(`the creation of ${name} was interrupted: repeat merchant create`);
      const agreement: Agreement = {
        agreementId: newId('agr'),
        ...(channel !== DEFAULT_CHANNEL && { channel }),
        currency,
        ...(settlement !== currency && { settlementCurrency: settlement }),
        validFrom: readDay('valid-from', day, deployment.now(), zone),
        ratePpm: readRate('rate', rate),
        ...(minimum !== undefined && { feeMinimum: readAmount('minimum', minimum, currency) }),
        ...(cap !== undefined && { feeCap: readAmount('cap', cap, currency) }),
        feeOnRefund: readChoice('fee-on-refund', onRefund, ['kept', 'returned', 'returned_same_day']),
      };
      const noteOf = (merchant: Merchant) => {
        const takers = takersOf(merchant, currency);
        const shop = isolated(name);
        if (takers.length === 0)
          return [`No channel of ${shop} takes ${currency}: its orders in ${currency} are refused.`];
        if (takers.includes(channel)) return [];
        return [`${shop} has no account at ${channel} that takes ${currency}: these terms are of no order yet.`];
      };
      const { merchant, changed } = await changeMerchant(
        deployment,
        id,
        (current) => addAgreement(current, agreement, { now: deployment.now(), lastDecided: head.lastDay }),
        (before) =>
          confirm(
            [
              `New terms for ${quoted(name)}, which can never be edited: ${agreementLine(agreement)}.`,
              ...noteOf(before),
            ].join(' '),
          ),
      );
      const agreed = merchant.agreements.find(
        (it) => channelOf(it) === channel && it.currency === currency && it.validFrom === agreement.validFrom,
      );
      const note = noteOf(merchant);
      say(changed ? 'Agreed.' : 'Was agreed already.', ...(agreed ? [`  ${agreementLine(agreed)}`] : []), ...note);
      tell({ changed, agreement: agreed, merchant: viewOf(merchant), takenBy: takersOf(merchant, currency) });
    },
  }),
];
