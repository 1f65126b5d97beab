/** What was not answered, with a way to ask again. */
export function Fault({ text, retry, again }: { text: string; retry: string; again: () => void }) {
  return (
    <div class="fault" role="alert">
      <p>{text}</p>
      <button type="button" onClick={again}>
        {retry}
      </button>
    </div>
  );
}
