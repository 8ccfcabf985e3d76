import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { Settings } from "../../shared/settings.ts";
import { imageBucket } from "../constructs/image-bucket.ts";
import { imageTable } from "../constructs/image-table.ts";
import { tokenKey } from "../constructs/token-key.ts";

/** What must survive: no deployment of code touches this stack, and deleting it keeps what it made. */
export class StateStack extends Stack {
  readonly table: Table;
  readonly bucket: Bucket;
  readonly tokenKey: Key;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, { description: "Image service: metadata, image data and the key of its tokens" });
    this.table = imageTable(this, "Table");
    this.bucket = imageBucket(this, "Images", settings);
    this.tokenKey = tokenKey(this, "TokenKey");
    new CfnOutput(this, "TableName", { value: this.table.tableName });
    new CfnOutput(this, "BucketName", { value: this.bucket.bucketName });
  }
}
