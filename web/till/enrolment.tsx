/** Brings a new till in by its activation code. */
import { useState } from 'preact/hooks';
import { isLocal, type Lang } from '../page.ts';
import { enrol, type TillKey } from './enrol.ts';
import { say } from './messages.ts';
import { faultText } from './problem-text.ts';

const CODE = /^[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{4}$/;

export function Enrolment({ lang, onKey }: { lang: Lang; onKey: (key: TillKey) => void }) {
  const [code, setCode] = useState('');
  const [trouble, setTrouble] = useState('');
  const [isBusy, setBusy] = useState(false);
  const use = async (getCode: () => Promise<string>) => {
    setBusy(true);
    setTrouble('');
    try {
      onKey(await enrol(await getCode()));
    } catch (fault) {
      setTrouble(faultText(lang, fault));
      setBusy(false);
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (CODE.test(code.trim())) use(async () => code);
    else setTrouble(say(lang, 'enrolBadCode'));
  };
  return (
    <form class="card stack narrow" onSubmit={submit}>
      <h2>{say(lang, 'enrolTitle')}</h2>
      <p class="quiet">{say(lang, 'enrolText')}</p>
      {trouble && (
        <p class="fault" role="alert">
          {trouble}
        </p>
      )}
      <label>
        {say(lang, 'enrolCode')}
        <input
          name="code"
          class="typed"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={20}
          placeholder="7K2M-9QXD-4TRB"
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary" disabled={isBusy}>
        {say(lang, 'enrolDo')}
      </button>
      {isLocal() && (
        <>
          <button type="button" disabled={isBusy} onClick={() => use(codeOfThisMachine)}>
            {say(lang, 'enrolLocal')}
          </button>
          <p class="quiet small">{say(lang, 'enrolLocalText')}</p>
        </>
      )}
    </form>
  );
}

/** The local stack's own control, which is nowhere else. */
async function codeOfThisMachine(): Promise<string> {
  const response = await fetch('/__local/activation-codes', { method: 'POST' });
  return ((await response.json()) as { code: string }).code;
}
