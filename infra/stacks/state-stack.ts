import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { EventBus } from "aws-cdk-lib/aws-events";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { hasOwnIdentity } from "../../shared/settings/has-own-identity.ts";
import type { Settings } from "../../shared/settings.ts";
import { eventBus } from "../constructs/event-bus.ts";
import { imageBucket } from "../constructs/image-bucket.ts";
import { ImageStores } from "../constructs/image-stores.ts";
import { imageTable } from "../constructs/image-table.ts";
import { keystoneSecret } from "../constructs/operators-secret.ts";
import { statementKey, tokenKey } from "../constructs/signing-keys.ts";

/** What must survive: no deployment of code touches this stack, and deleting it keeps what it made. */
export class StateStack extends Stack {
  readonly table: Table;
  readonly bucket: Bucket;
  readonly stores: ImageStores;
  /** Where this service says itself who its users are: elsewhere nobody signs with it, and a key has a price. */
  readonly tokenKey?: Key;
  /** Where statements about images are signed: a key costs about 1 USD a month. */
  readonly statementKey?: Key;
  readonly bus: EventBus;
  /** Where a Keystone judges tokens. */
  readonly keystoneSecret?: Secret;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      description: "Image service: metadata, image data, the key of its tokens, the bus of its notifications",
    });
    this.table = imageTable(this, "Table");
    this.bucket = imageBucket(this, "Images", settings);
    this.stores = new ImageStores(this, "Stores", this.bucket, settings);
    if (hasOwnIdentity(settings)) this.tokenKey = tokenKey(this, "TokenKey");
    if (settings.image_provenance) this.statementKey = statementKey(this, "StatementKey");
    this.bus = eventBus(this, "Notifications");
    if (settings.keystone_auth_url !== "") {
      this.keystoneSecret = keystoneSecret(this, "KeystoneLogin");
      new CfnOutput(this, "KeystoneSecretArn", { value: this.keystoneSecret.secretArn });
    }
    new CfnOutput(this, "TableName", { value: this.table.tableName });
    new CfnOutput(this, "EventBusName", { value: this.bus.eventBusName });
    new CfnOutput(this, "EventBusArn", { value: this.bus.eventBusArn });
    new CfnOutput(this, "BucketName", { value: this.bucket.bucketName });
    if (this.stores.made !== "") new CfnOutput(this, "StoreResources", { value: this.stores.made });
  }
}
