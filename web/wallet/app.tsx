/** The customer's wallet, on the developer's machine only: what an app would show, and a menu to be a bad customer. */
import { useEffect, useState } from 'preact/hooks';
import { Tabs, TopBar } from '../shared/frame.tsx';
import { useLang } from '../shared/lang.tsx';
import { Bills } from './bills.tsx';
import { say } from './messages.ts';
import { MISDEEDS, type Misdeed, mannerOf } from './news.ts';
import { OwnCode } from './own-code.tsx';
import { Scan, useOpened } from './scan.tsx';
import { ALIPAY, type Holding, isSilent, setSilent, wallets } from './simulator.ts';
import { SessionContext } from './use-wallet.ts';

const SECTIONS = ['scan', 'code', 'bills'] as const;
type Section = (typeof SECTIONS)[number];

export function App() {
  const [lang, turnLang] = useLang((it) => say(it, 'title'));
  const [section, setSection] = useState<Section>('scan');
  const [misdeeds, setMisdeeds] = useState<readonly Misdeed[]>([]);
  const [held, setHeld] = useState<Holding>(ALIPAY);
  const [others, setOthers] = useState<readonly string[]>([]);
  const scanning = useOpened(held);
  useEffect(() => {
    wallets().then(setOthers, () => {});
    isSilent().then(
      (silent) => silent && setMisdeeds((before) => [...before, 'silence']),
      () => {},
    );
  }, []);
  useEffect(() => {
    const follow = () => {
      const code = decodeURIComponent(location.hash.slice(1));
      if (code === '') return;
      // The same link may be followed again.
      history.replaceState(null, '', location.pathname);
      setSection('scan');
      scanning.open(code);
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [held]);
  const turn = (misdeed: Misdeed, isOn: boolean) => {
    setMisdeeds((before) => [...before.filter((it) => it !== misdeed), ...(isOn ? [misdeed] : [])]);
    if (misdeed === 'silence') setSilent(isOn).catch(() => {});
  };
  const does = (misdeed: Misdeed) => misdeeds.includes(misdeed);
  return (
    <SessionContext.Provider value={{ lang, manner: mannerOf(misdeeds), noMoney: does('noMoney'), held }}>
      <TopBar
        {...{ lang, turnLang }}
        name={say(lang, 'title')}
        note={say(lang, 'simulated')}
        tabs={
          <Tabs<Section>
            label={say(lang, 'sections')}
            names={SECTIONS}
            chosen={section}
            say={(name) => say(lang, name)}
            onChoose={setSection}
          />
        }
      />
      <main>
        {section === 'scan' && <Scan {...scanning} />}
        {section === 'code' && <OwnCode />}
        {section === 'bills' && <Bills />}
        <label>
          {say(lang, 'wallet')}
          <select name="wallet" value={held} onChange={(event) => setHeld(event.currentTarget.value)}>
            {[ALIPAY, ...others].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <details class="misbehave">
          <summary>
            {misdeeds.length > 0 ? say(lang, 'misbehaving', { n: misdeeds.length }) : say(lang, 'misbehave')}
          </summary>
          {MISDEEDS.map((name) => (
            <label key={name} class="check">
              <input
                type="checkbox"
                name={name}
                checked={does(name)}
                onChange={(event) => turn(name, event.currentTarget.checked)}
              />
              <span>{say(lang, name)}</span>
            </label>
          ))}
        </details>
      </main>
    </SessionContext.Provider>
  );
}
