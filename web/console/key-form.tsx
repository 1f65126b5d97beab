/** Takes the back office's credentials, as a file or pasted. */
import { useState } from 'preact/hooks';
import type { Lang } from '../page.ts';
import { BadCredential, type Held, readCredential } from './credential.ts';
import { keep } from './key-store.ts';
import { say } from './messages.ts';

export function KeyForm({ lang, onKey }: { lang: Lang; onKey: (held: Held) => void }) {
  const [text, setText] = useState('');
  const [keyid, setKeyid] = useState('');
  const [trouble, setTrouble] = useState<BadCredential['word']>();
  const bringIn = async (content: string) => {
    try {
      const held = await readCredential(content, keyid);
      await keep(held);
      onKey(held);
    } catch (error) {
      setTrouble(error instanceof BadCredential ? error.word : 'keyBad');
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    bringIn(text);
  };
  return (
    <form class="key" onSubmit={submit}>
      <h2>{say(lang, 'keyTitle')}</h2>
      <p>{say(lang, 'keyText')}</p>
      {trouble && <p role="alert">{say(lang, trouble)}</p>}
      <label>
        {say(lang, 'keyFile')}
        <input
          type="file"
          name="file"
          accept=".json,.pem,application/json"
          onChange={(event) => event.currentTarget.files?.[0]?.text().then(bringIn)}
        />
      </label>
      <label>
        {say(lang, 'keyPaste')}
        <textarea
          name="credential"
          rows={5}
          spellcheck={false}
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <label>
        {say(lang, 'keyId')}
        <input
          name="keyid"
          spellcheck={false}
          autocomplete="off"
          placeholder="bko_….1"
          value={keyid}
          onInput={(event) => setKeyid(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary">
        {say(lang, 'keyImport')}
      </button>
    </form>
  );
}
