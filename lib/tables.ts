import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { DIRECTORY, ORDERS, STATEMENTS, type TableShape } from '../functions/table/table.ts';

export interface TillgateTableProps {
  readonly shape: TableShape;
  /** For sandboxes only: the table goes with the stack. */
  readonly disposable: boolean;
}

/**
 * A table as this house makes them: paid per request, restorable to any second of the last 35 days, kept when the stack
 * goes, encrypted under the account's own `aws/dynamodb` key, so that its use shows in CloudTrail.
 */
class TillgateTable extends Construct {
  readonly table: Table;
  readonly shape: TableShape;

  constructor(scope: Construct, id: string, { shape, disposable }: TillgateTableProps) {
    super(scope, id);
    this.shape = shape;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: shape.key, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !disposable,
      encryption: TableEncryption.AWS_MANAGED,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    for (const [indexName, index] of Object.entries(shape.indexes)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: index.partition, type: AttributeType.STRING },
        sortKey: { name: index.sort, type: index.sortType === 'N' ? AttributeType.NUMBER : AttributeType.STRING },
        // An index only nominates: a function reads the item that it finds there before it decides anything.
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
  }
}

/** One item per order, refunds inside it; and messages of the channel that fit no order. */
export class OrdersTable extends TillgateTable {
  constructor(scope: Construct, id: string, props: { readonly disposable: boolean }) {
    super(scope, id, { ...props, shape: ORDERS });
  }
}

/** Merchants, their agreements and accounts, and the public keys of terminals. */
export class DirectoryTable extends TillgateTable {
  constructor(scope: Construct, id: string, props: { readonly disposable: boolean }) {
    super(scope, id, { ...props, shape: DIRECTORY });
  }
}

/** Sealed fee statements with their lines, and per merchant how far they go. */
export class StatementsTable extends TillgateTable {
  constructor(scope: Construct, id: string, props: { readonly disposable: boolean }) {
    super(scope, id, { ...props, shape: STATEMENTS });
  }
}

export type Tables = Readonly<Record<'orders' | 'directory' | 'statements', TillgateTable>>;
