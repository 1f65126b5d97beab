/** Where a page is: `#/orders/2026-03-01`, so that Back, a reload and a copied link lead there. */
import { useEffect, useState } from 'preact/hooks';

/** The parts of a hash; none if it is no route of ours. Pure. */
export function routeOf(hash: string): string[] {
  if (!hash.startsWith('#/')) return [];
  try {
    return hash
      .slice(2)
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return [];
  }
}

/** The hash of `parts`; those behind the first that is absent are left out. Pure. */
export function hashOf(parts: readonly (string | undefined)[]): string {
  const end = parts.indexOf(undefined);
  const given = parts.slice(0, end === -1 ? undefined : end) as string[];
  return `#/${given.map(encodeURIComponent).join('/')}`;
}

/** The route as it is, and how to go to another one, which Back leaves again. */
export function useRoute(): { readonly route: readonly string[]; go(...parts: (string | undefined)[]): void } {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const follow = () => setRoute(routeOf(location.hash));
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return {
    route,
    go: (...parts) => {
      const hash = hashOf(parts);
      if (hash !== location.hash) history.pushState(null, '', hash);
      // At once: a pushed entry is told by no event.
      setRoute(routeOf(hash));
    },
  };
}

/** The part of a route that is to be a day; undefined if it is none. Pure. */
export function dayIn(part: string | undefined): string | undefined {
  return part !== undefined && /^\d{4}-\d\d-\d\d$/.test(part) && !Number.isNaN(Date.parse(part)) ? part : undefined;
}
