/** What merchants ask, with their own terms where this browser holds a key of theirs. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { createClient } from '../../functions/client/client.ts';
import type { MerchantView } from '../../functions/contract/merchant.ts';
import { kept } from '../console/key-store.ts';
import { apiUrl, type Lang } from '../page.ts';
import { TopBar } from '../shared/frame.tsx';
import { useLang } from '../shared/lang.tsx';
import { hashOf, useRoute } from '../shared/route.ts';
import { say as sayIn, type Word } from './messages.ts';
import { currencyNames, examplesOf, limitText, termsOf } from './terms.ts';

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
  const { route } = useRoute();
  // Again when the merchant's terms are there: they stand above most of the answers.
  useEffect(() => {
    document.querySelector<HTMLElement>(`section[id="${CSS.escape(route[0] ?? '')}"] h2`)?.focus();
  }, [route, terms.state]);
  const merchant = terms.state === 'own' ? terms.merchant : undefined;
  return (
    <>
      <TopBar name="Tillgate" note={say('title')} {...{ lang, turnLang }}>
        <a href="/console">{say('console')}</a>
      </TopBar>
      <main class="prose">
        <p class={merchant ? 'own' : 'quiet'} role="status">
          {merchant ? say('own', { name: merchant.name }) : say(terms.state === 'fault' ? 'termsFault' : 'notOwn')}
        </p>
        <nav aria-label={say('contents')}>
          <ul>
            {(['fee', 'refund', 'currency', 'channel', 'data'] as const).map((name) => (
              <li key={name}>
                <a href={hashOf([name])}>{say(`${name}Title`)}</a>
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
      <h2 tabIndex={-1}>{title}</h2>
      {children}
    </section>
  );
}

function Answers({ say, lang, merchant }: { say: Say; lang: Lang; merchant: MerchantView | undefined }) {
  const limits = merchant?.limits;
  const amounts = (limit: Parameters<typeof limitText>[1]) => limitText(merchant, limit, lang);
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
        {amounts('refundedPerDay') && <p>{say('refundedPerDay', { amount: amounts('refundedPerDay') })}</p>}
        {amounts('largestTerminalRefund') && (
          <p>{say('largestTerminalRefund', { amount: amounts('largestTerminalRefund') })}</p>
        )}
        <p>{say('refundState')}</p>
        {merchant && <p>{say(merchant.latePayment === 'refund' ? 'lateRefund' : 'lateKeep')}</p>}
      </Question>
      <Question id="currency" title={say('currencyTitle')}>
        {merchant && merchant.currencies.length > 0 && (
          <p class="own">{say('currencyOwn', { currencies: currencyNames(merchant.currencies, lang) })}</p>
        )}
        {amounts('largestOrder') && <p>{say('largestOrder', { amount: amounts('largestOrder') })}</p>}
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

function Agreement(props: { agreement: MerchantView['agreements'][number]; say: Say; lang: Lang }) {
  const { agreement, say, lang } = props;
  return (
    <div class="own">
      <dl class="figures">
        {termsOf(agreement, lang).map(([name, value]) => (
          <Term key={name} name={name} value={value} />
        ))}
      </dl>
      <p>{say(`${agreement.feeOnRefund}Text`)}</p>
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
          {examplesOf(agreement, lang).map(({ received, cells }) => (
            <tr key={received}>
              {cells.map((cell, i) => (
                <td key={i === 0 ? 'sale' : i} class="right">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
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
