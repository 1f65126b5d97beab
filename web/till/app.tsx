/** The till: a key first, then one window of it, then the sale. */
import { useEffect, useState } from 'preact/hooks';
import { TopBar } from '../shared/frame.tsx';
import { useLang } from '../shared/lang.tsx';
import { allowSound } from '../shared/sounds.ts';
import { forgetKey, keptKey, type TillKey } from './enrol.ts';
import { Enrolment } from './enrolment.tsx';
import { say } from './messages.ts';
import { Till } from './till.tsx';

const LOCK = 'tillgate till';

/** One window at a time: two of them would each have a sale of their own. `elsewhere` while another has it. */
function useOnlyWindow(): 'asking' | 'mine' | 'elsewhere' {
  const [whose, setWhose] = useState<'asking' | 'mine' | 'elsewhere'>('asking');
  useEffect(() => {
    const timer = setTimeout(() => setWhose((it) => (it === 'asking' ? 'elsewhere' : it)), 500);
    let giveBack = () => {};
    navigator.locks?.request(LOCK, () => {
      setWhose('mine');
      return new Promise<void>((resolve) => {
        giveBack = resolve;
      });
    });
    return () => {
      clearTimeout(timer);
      giveBack();
    };
  }, []);
  return whose;
}

export function App() {
  const [lang, turnLang] = useLang((it) => say(it, 'title'));
  const [key, setKey] = useState<TillKey | null>();
  const whose = useOnlyWindow();
  useEffect(() => {
    const touched = () => allowSound();
    for (const event of ['pointerdown', 'keydown']) addEventListener(event, touched, { once: true });
    keptKey().then(
      (kept) => setKey(kept ?? null),
      () => setKey(null),
    );
  }, []);
  const forget = async () => {
    await forgetKey();
    setKey(null);
  };
  const isSafe = crypto.subtle !== undefined && navigator.locks !== undefined;
  if (isSafe && key && whose === 'mine')
    return <Till key={key.keyid} lang={lang} turnLang={turnLang} keyHeld={key} forget={forget} />;
  return (
    <>
      <TopBar name="Tillgate" {...{ lang, turnLang }} />
      <main>
        {!isSafe && (
          <p class="fault" role="alert">
            {say(lang, 'insecure')}
          </p>
        )}
        {isSafe && whose === 'elsewhere' && (
          <p class="card" role="status">
            {say(lang, 'elsewhere')}
          </p>
        )}
        {isSafe && whose === 'mine' && key === null && <Enrolment lang={lang} onKey={setKey} />}
      </main>
    </>
  );
}
