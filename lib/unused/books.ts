/** What asks it is a fault of lib/grants.ts, or of the function. */
const books: object = new Proxy(
  {},
  {
    get(_, member) {
      throw new Error(`this function may not touch statements, and so has no stores of them: ${String(member)}`);
    },
  },
);

/** Bundled in place of functions/books.ts where a function has no right to the statements' table. */
export const booksOf = () => ({ statements: books, reconciliations: books, shifts: books });
