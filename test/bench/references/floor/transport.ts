/** The module that an address needs, and no other: https takes its time to load. */
export function transportTo(address = '') {
  const transport = address.startsWith('https:')
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http');
  return { agent: new transport.Agent({ keepAlive: true }), request: transport.request };
}
