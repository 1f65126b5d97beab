/** Reads Antom's JSON without making a float of any number. Pure. */

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown;

/** What `text` says, with each number as it is written there; `undefined`: it is no JSON object. */
export function readJson(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  const asWritten: Reviver = (_, value, { source }) => (typeof value === 'number' ? source : value);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const read: unknown = JSON.parse(text, asWritten as Parameters<typeof JSON.parse>[1]);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? { ...read } : undefined;
  } catch {
    return undefined;
  }
}
