/** Bundled in place of `@aws-sdk/middleware-endpoint-discovery`, which DynamoDB takes only where it is switched on. */
const never = () => undefined;

export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: never,
  configFileSelector: never,
  default: never,
};

export const resolveEndpointDiscoveryConfig = <T>(config: T): T => config;
