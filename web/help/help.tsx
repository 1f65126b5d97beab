/** What merchants ask, with their own terms where this browser holds a key of theirs. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { createClient } from '../../functions/http/client.ts';
import type { MerchantView } from '../../functions/http/operations/merchant.ts';
import { feeOf } from '../../functions/statement/fee.ts';
import { kept } from '../console/credential.ts';
import { apiUrl, type Lang } from '../page.ts';
import { LanguageButton, useLang } from '../shared/lang.tsx';
import { showMoney } from '../shared/say.ts';
import { say as sayIn, type Word } from './words.ts';

type Terms = { readonly state: 'unknown' | 'fault' } | { readonly state: 'own'; readonly merchant: MerchantView };
type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string;

async function ownTerms(): Promise<Terms> {
  const key = await kept();
  if (!key) return { state: 'unknown' };
  const { body } = await createClient({ baseUrl: apiUrl(), key, retries: 1 }).call('getMerchant', {});
  return { state: 'own', merchant: body };
}

export function Help() {
  const [lang, turnLang] = useLang((it) => sayIn(it, 'title'));
  const [terms, setTerms] = useState<Terms>({ state: 'unknown' });
  const say: Say = (word, values) => sayIn(lang, word, values);
  useEffect(() => {
    ownTerms().then(setTerms, () => setTerms({ state: 'fault' }));
  }, []);
  const merchant = terms.state === 'own' ? terms.merchant : undefined;
  return (
    <>
      <header class="top">
        <h1>
          Tillgate <small>{say('title')}</small>
        </h1>
        <nav class="aside">
          <a href="/console">{say('console')}</a>
          <LanguageButton lang={lang} onTurn={turnLang} />
        </nav>
      </header>
      <main class="prose">
        <p class={merchant ? 'own' : 'quiet'} role="status">
          {merchant ? say('own', { name: merchant.name }) : say(terms.state === 'fault' ? 'termsFault' : 'notOwn')}
        </p>
        <nav aria-label={say('contents')}>
          <ul>
            {(['fee', 'refund', 'currency', 'channel', 'data'] as const).map((name) => (
              <li key={name}>
                <a href={`#${name}`}>{say(`${name}Title`)}</a>
              </li>
            ))}
          </ul>
        </nav>
        <Answers say={say} lang={lang} merchant={merchant} />
      </main>
    </>
  );
}

function Question({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  return (
    <section id={id}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Answers({ say, lang, merchant }: { say: Say; lang: Lang; merchant: MerchantView | undefined }) {
  const [main] = merchant?.agreements ?? [];
  const limits = merchant?.limits;
  const money = (value: number) => showMoney(lang, { currency: main?.currency ?? 'CNY', value });
  return (
    <>
      <Question id="fee" title={say('feeTitle')}>
        <p>{say('feeText')}</p>
        {merchant?.agreements.map((agreement) => (
          <Agreement key={agreement.agreementId} agreement={agreement} say={say} lang={lang} />
        ))}
      </Question>
      <Question id="refund" title={say('refundTitle')}>
        {merchant && <p class="own">{say('refundWindow', { days: merchant.refundWindowDays })}</p>}
        <p>{say('refundHow')}</p>
        <p>{say('refundWhere')}</p>
        {typeof limits?.refundsPerDay === 'number' && <p>{say('refundsPerDay', { n: limits.refundsPerDay })}</p>}
        {typeof limits?.refundedPerDay === 'number' && (
          <p>{say('refundedPerDay', { amount: money(limits.refundedPerDay) })}</p>
        )}
        {typeof limits?.largestTerminalRefund === 'number' && (
          <p>{say('largestTerminalRefund', { amount: money(limits.largestTerminalRefund) })}</p>
        )}
        <p>{say('refundState')}</p>
        {merchant && <p>{say(merchant.latePayment === 'refund' ? 'lateRefund' : 'lateKeep')}</p>}
      </Question>
      <Question id="currency" title={say('currencyTitle')}>
        {merchant && <p class="own">{say('currencyOwn', { currencies: currencyNames(merchant.currencies, lang) })}</p>}
        {typeof limits?.largestOrder === 'number' && (
          <p>{say('largestOrder', { amount: money(limits.largestOrder) })}</p>
        )}
        <p>{say('currencyText')}</p>
      </Question>
      <Question id="channel" title={say('channelTitle')}>
        <p>{say('channelText')}</p>
        <p>{say('channelOpen')}</p>
        <p>{say('channelUnknown')}</p>
      </Question>
      <Question id="data" title={say('dataTitle')}>
        <p>{say('dataKeys')}</p>
        <p>{say('dataCustomer')}</p>
        <p>{say('dataMoney', { acquirer: merchant?.acquirer ?? say('acquirer') })}</p>
      </Question>
    </>
  );
}

function currencyNames(currencies: readonly string[], lang: Lang): string {
  const names = new Intl.DisplayNames(lang, { type: 'currency' });
  return currencies.map((code) => `${names.of(code)} (${code})`).join(lang === 'en' ? ', ' : '、');
}

/** Whole minor units of ordinary sales. */
const EXAMPLES = [1_234, 10_000, 100_000];

function Agreement(props: { agreement: MerchantView['agreements'][number]; say: Say; lang: Lang }) {
  const { say, lang } = props;
  const { currency, ratePpm, feeMinimum, feeCap, feeOnRefund, validFrom } = props.agreement;
  const money = (value: number) => showMoney(lang, { currency, value });
  const terms = {
    ratePpm,
    ...(feeMinimum !== null && { feeMinimum }),
    ...(feeCap !== null && { feeCap }),
  };
  return (
    <div class="own">
      <dl class="figures">
        <Term name={`${say('rate')} (${currency})`} value={percent(ratePpm)} />
        <Term name={say('minimum')} value={feeMinimum === null ? say('none') : money(feeMinimum)} />
        <Term name={say('cap')} value={feeCap === null ? say('none') : money(feeCap)} />
        <Term name={say('onRefund')} value={say(feeOnRefund)} />
        <Term name={say('since')} value={validFrom} />
      </dl>
      <p>{say(`${feeOnRefund}Text`)}</p>
      <table>
        <caption>{say('example')}</caption>
        <thead>
          <tr>
            {(['sale', 'fee', 'net'] as const).map((word) => (
              <th key={word} scope="col" class="right">
                {say(word)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {EXAMPLES.map((received) => {
            const fee = feeOf(terms, received);
            return (
              <tr key={received}>
                <td class="right">{money(received)}</td>
                <td class="right">{money(fee)}</td>
                <td class="right">{money(received - fee)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Term({ name, value }: { name: string; value: string }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** `0.6 %` of 6000 parts per million, without a float on the way. */
function percent(ratePpm: number): string {
  const text = String(ratePpm).padStart(5, '0');
  const decimals = text.slice(-4).replace(/0+$/, '');
  return `${text.slice(0, -4)}${decimals && `.${decimals}`}%`;
}
