/** Every word that a screen says is there in both languages, with the same places to be filled. */
import { describe, expect, test } from 'vitest';
import { messages as console } from '../../web/console/messages.ts';
import { messages as help } from '../../web/help/messages.ts';
import { messages as refund } from '../../web/shared/refund-messages.ts';
import { sayer } from '../../web/shared/say.ts';
import { messages as till } from '../../web/till/messages.ts';
import { messages as wallet } from '../../web/wallet/messages.ts';

const placesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
/** A sign in both languages. */
const SIGNS = ['nobody'];

describe.each(Object.entries({ till, console, help, wallet, refund }))('the words of %s', (_, words) => {
  const entries = Object.entries<Readonly<Record<'zh-CN' | 'en', string>>>(words);

  test('are there in both languages, with the same places', () => {
    const wrong = entries.filter(([, { 'zh-CN': zh, en }]) => {
      const isSaid = zh.trim() !== '' && en.trim() !== '';
      return !isSaid || JSON.stringify(placesOf(zh)) !== JSON.stringify(placesOf(en));
    });
    expect(wrong).toEqual([]);
  });

  test('are Chinese in Chinese and not in English', () => {
    const isChinese = (text: string) => /\p{Script=Han}/u.test(text.replaceAll('示范商店', ''));
    const wrong = entries.filter(([, { 'zh-CN': zh, en }]) => !isChinese(zh) || isChinese(en)).map(([word]) => word);
    expect(wrong.filter((word) => !SIGNS.includes(word) || words === till)).toEqual([]);
  });
});

test('places are filled by name, and what is not known is left out', () => {
  const say = sayer({ of: { 'zh-CN': '{n} 笔，共 {m}', en: '{n} of {m}, {n}' } });
  expect([say('en', 'of', { n: 0, m: 'x' }), say('zh-CN', 'of', { n: 2 }), say('en', 'of')]).toEqual([
    '0 of x, 0',
    '2 笔，共 ',
    ' of , ',
  ]);
});
