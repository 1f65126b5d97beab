/** Where flows begin. */
import { CODE, Flow, type Options, PAID, SILENCE, WAITING } from './flow.ts';

/** An order that shows its code. */
export async function shown(options?: Options): Promise<Flow> {
  const flow = new Flow(options).says(CODE);
  await flow.create();
  return flow;
}

/** An order whose code was paid, as a query has found nine seconds after noon. */
export async function paid(options?: Options): Promise<Flow> {
  const flow = await shown(options);
  await flow.at(9).says(PAID).poll();
  return flow;
}

/** A refund of 100 was asked for 100 s after noon, and nobody has answered. */
export async function asked(): Promise<Flow> {
  const flow = await paid();
  await flow.at(100).says(SILENCE).refund('a', 100);
  return flow;
}

/** An order whose code the channel has not given. */
export async function owed(): Promise<Flow> {
  const flow = new Flow().says(SILENCE);
  await flow.create();
  return flow;
}

/** An order whose till code was sent nine seconds after noon, and whose customer has to confirm. */
export async function scanned(options?: Options): Promise<Flow> {
  const flow = await bare(options);
  await flow.at(9).says(WAITING).scan();
  return flow;
}

/** A till code whose cancel was begun, 54 seconds after noon, and nobody has answered. */
export async function cancelling(): Promise<Flow> {
  const flow = await scanned();
  await flow.at(54).says(WAITING, SILENCE).poll();
  return flow;
}

/** An order without a code. */
export async function bare(options?: Options): Promise<Flow> {
  const flow = new Flow(options);
  await flow.create({ qrCode: false });
  return flow;
}
