import { randomUUID } from "node:crypto";
import type { RawAnswer } from "../../infra/smoke/send-raw.ts";
import type { Passing } from "./breaking-proxy.ts";

const answer = (value: unknown, status = 200): RawAnswer => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: Buffer.from(JSON.stringify(value)),
});

/**
 * Stands in for DynamoDB where one table is restored beside itself, as the API reference has it (the emulator restores
 * nothing): a restored table has a name of its own and, by `keepsId`, an identity of its own.
 */
export function restorableTable(name: string) {
  const tables = new Map([[name, randomUUID() as string]]);
  const stand = {
    keepsId: false,
    names: (): string[] => [...tables.keys()],
    put: (other: string) => tables.set(other, randomUUID()),
    answer: ({ target, body }: Passing): RawAnswer | undefined => {
      if (target === undefined) return undefined;
      const asked = JSON.parse(body.toString("utf8")) as Record<string, string>;
      const { TableName = "", SourceTableName = "", TargetTableName = "" } = asked;
      const described = (id: string | undefined) => ({ TableId: id, TableStatus: "ACTIVE" });
      if (target === "ListTables") return answer({ TableNames: [...tables.keys()].toSorted() });
      if (target === "RestoreTableToPointInTime") {
        const id = tables.get(SourceTableName) ?? "";
        tables.set(TargetTableName, stand.keepsId ? id : randomUUID());
        return answer({
          TableDescription: { ...described(tables.get(TargetTableName)), TableStatus: "CREATING" },
        });
      }
      const id = tables.get(TableName);
      if (id === undefined) return answer({ __type: "ResourceNotFoundException" }, 400);
      if (target === "DeleteTable") tables.delete(TableName);
      return answer(
        target === "DescribeTable" ? { Table: described(id) } : { TableDescription: described(id) },
      );
    },
  };
  return stand;
}
