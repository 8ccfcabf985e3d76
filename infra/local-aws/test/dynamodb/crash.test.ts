import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryDirectory, temporaryDynamodb } from "./temporary-dynamodb.ts";

/** Kills the writer after so many acknowledged transactions; answers the last number it acknowledged. */
async function writeUntilKilled(directory: string, from: number, count: number): Promise<number> {
  const script = fileURLToPath(new URL("crash-writer.ts", import.meta.url));
  const writer = spawn(process.execPath, [script, directory, String(from)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(writer, "exit");
  let last = -1;
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line);
    if (last === from + count) writer.kill("SIGKILL");
  }
  await ended;
  return last;
}

test("after SIGKILL all acknowledged transactions are there, and every one is whole or absent", async () => {
  const directory = await temporaryDirectory();
  let from = 0;
  for (const count of [40, 7, 23]) {
    const acknowledged = await writeUntilKilled(directory, from, count);
    expect(acknowledged).toBeGreaterThanOrEqual(from + count);
    const dynamodb = await temporaryDynamodb({ directory });
    // One more may have been written without its acknowledgement getting out.
    for (let n = 0; n <= acknowledged + 1; n++) {
      const { Count } = await dynamodb.handle("Query", {
        TableName: "images",
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: `t${n}` } },
      });
      expect(n <= acknowledged ? [8] : [0, 8]).toContain(Count);
    }
    await dynamodb.close();
    from = acknowledged + 1;
  }
});
