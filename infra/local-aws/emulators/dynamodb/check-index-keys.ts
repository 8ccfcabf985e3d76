import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";
import type { Item } from "./item.ts";
import type { Table } from "./table.ts";

/**
 * An attribute that is the key of an index may be absent, but not an empty string or binary (developer guide,
 * "Supported data types"). Throws ValidationException; dynalite lets them pass.
 */
export function checkIndexKeys(table: Table, item: Item): void {
  for (const { IndexName, KeySchema } of table.schema.GlobalSecondaryIndexes)
    for (const { AttributeName } of KeySchema) {
      const value = ownValue(item, AttributeName);
      if (value?.S !== "" && value?.B !== "") continue;
      const what = value.S === "" ? "string" : "binary";
      throw new AwsFailure(
        "ValidationException",
        `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${what} value. IndexName: ${IndexName}, IndexKey: ${AttributeName}`,
      );
    }
}
