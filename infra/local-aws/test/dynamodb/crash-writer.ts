import { openDynamodb } from "../../emulators/dynamodb/open-dynamodb.ts";
import { noFaults } from "../../faults.ts";
import { imagesTable } from "./images-table.ts";

// Writes transactions one after the other until it is killed; says the number of each that was acknowledged.
const dynamodb = await openDynamodb({
  directory: process.argv[2] ?? "",
  tables: [imagesTable],
  faults: noFaults,
});
const keep = { S: "x".repeat(2000) };
for (let n = Number(process.argv[3]); ; n++) {
  await dynamodb.handle("TransactWriteItems", {
    ClientRequestToken: `token-${n}`,
    TransactItems: Array.from({ length: 8 }, (_, part) => ({
      Put: { TableName: "images", Item: { pk: { S: `t${n}` }, sk: { S: `part${part}` }, keep } },
    })),
  });
  process.stdout.write(`${n}\n`);
}
