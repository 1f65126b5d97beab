/** Bundled in place of the reader of a channel's report in every function but the sweep. */
export const readReport = async (): Promise<never> => {
  throw new Error('this function reads no reports');
};
