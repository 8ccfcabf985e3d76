import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";

/**
 * The one table. It outlives its stack: metadata without which stored bytes are worth nothing. That of a stack which
 * could not be made stays, too: it is protected, so its deletion would fail and leave the stack stuck.
 */
export const imageTable = (scope: Construct, id: string): Table =>
  new Table(scope, id, {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    sortKey: { name: "sk", type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: "expires_at_ttl",
    // With AWS's own key, which costs nothing; each use of the account's key for DynamoDB would be billed.
    encryption: TableEncryption.DEFAULT,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
