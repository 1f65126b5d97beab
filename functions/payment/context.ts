/** What driving a payment at its channel needs of the house. */

import type { Channel } from '../channel/channel.ts';
import type { ChannelId } from '../channel/registry.ts';
import type { Directory } from '../merchant/directory.ts';
import type { FunctionState } from '../merchant/function-state.ts';
import type { Orders } from '../order/orders.ts';
import type { Log, Metrics } from '../telemetry.ts';
import type { EpochMs } from '../time.ts';

export interface PaymentServices {
  now(): EpochMs;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly orders: Orders;
  readonly directory: Directory;
  readonly functionState: FunctionState;
  readonly channels: Readonly<Record<ChannelId, Channel>>;
  /** Where each channel sends its notifications. */
  readonly notifyUrls: Readonly<Record<ChannelId, string>>;
  /** When this instance last asked the channel about an order. */
  readonly lastSynced: Map<string, EpochMs>;
}
