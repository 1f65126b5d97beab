/**
 * Bundled in place of `@aws-sdk/credential-provider-node`: Lambda puts credentials into the environment, and services.ts
 * gives them to every client. Profiles, single sign-on and instance metadata would be a sixth of each bundle.
 */
export const defaultProvider = () => async (): Promise<never> => {
  throw new Error('a client was made without credentials');
};
