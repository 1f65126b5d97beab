/** Bundled in place of `node:fs/promises`, by which the SDK alone would look for profiles. No Lambda has any. */
export const readFile = async (path: string): Promise<never> => {
  throw new Error(`${path} is not looked for`);
};
