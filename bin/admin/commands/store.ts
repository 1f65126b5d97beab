/** Stores: the places of sale of a merchant. */
import { isolated } from '../../../functions/text.ts';
import { type Command, command } from '../command.ts';
import { addStore, findMerchant, storesOf } from '../directory-store.ts';
import { readStoreId, readText } from '../read-options.ts';

export const storeCommands: readonly Command[] = [
  command({
    name: 'store add',
    takes: ['MERCHANT', 'STORE'],
    does: 'a place of sale by its short id, such as main',
    options: { name: ['TEXT', 'what people call it (the id if not named)'] },
    async run({ deployment, say, tell }, [wanted, word], values) {
      const storeId = readStoreId(word);
      const name = readText('--name', values.name ?? storeId, 64);
      const merchant = await findMerchant(deployment, wanted);
      const { store, isNew } = await addStore(deployment, merchant.id, storeId, name);
      say(
        `${isNew ? 'Added' : 'Was there already'}: store ${storeId} (${isolated(store.name)}) of ${isolated(merchant.name)}`,
      );
      tell({ isNew, store: { merchantId: merchant.id, storeId, name: store.name } });
    },
  }),
  command({
    name: 'store list',
    takes: ['MERCHANT'],
    does: 'the stores of a merchant; without any it has one called main',
    options: {},
    async run({ deployment, say, tell }, [wanted]) {
      const merchant = await findMerchant(deployment, wanted);
      const stores = await storesOf(deployment, merchant.id);
      for (const { storeId, name } of stores) say(`${storeId}  ${name}`);
      if (stores.length === 0) say('No stores: orders are of the store main.');
      tell({ data: stores.map(({ storeId, name }) => ({ storeId, name })) });
    },
  }),
];
