/** Orders that make our side break whenever it speaks about them: nobody else may suffer, and they themselves are spared. */
import type { ChannelModel } from '../world/channel.ts';

/** An attempt's number at the channel: its order, and which of its attempts. */
export const ATTEMPT = /^(ord_[a-z2-7]{26})_(\d+)$/;

export function isBroken({ poisoned }: Pick<ChannelModel, 'poisoned'>, orderId: string): boolean {
  return poisoned.has(orderId);
}
