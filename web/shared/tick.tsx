/** Paid: the same sign on both sides of the counter. */
export function Tick() {
  return (
    <svg class="tick" viewBox="0 0 64 64" aria-hidden="true">
      <circle cx="32" cy="32" r="32" fill="currentColor" />
      <path d="M18 33l10 10 19-21" fill="none" stroke="var(--paper)" stroke-width="6" stroke-linecap="round" />
    </svg>
  );
}
