import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openDynamodb } from "../../emulators/dynamodb/open-dynamodb.ts";
import { noFaults } from "../../faults.ts";
import { imagesTable } from "../dynamodb/images-table.ts";
import { numbersFrom } from "./remains.ts";

const ITEMS = 5;
const TRANSACTIONS = 60;
const PAGE = 4096;
const CUTS = 25;
const seed = process.env.POWER_CUT_SEED ?? "1";
const open = (directory: string) => openDynamodb({ directory, tables: [imagesTable], faults: noFaults });

let home: string;
/** The tables as a power cut finds them: open, with everything in the log. */
let found: { directory: string; name: string; log: Buffer };
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "power-cut-tables-"));
  const dynamodb = await open(join(home, "written"));
  for (let n = 0; n < TRANSACTIONS; n++)
    await dynamodb.handle("TransactWriteItems", {
      TransactItems: Array.from({ length: ITEMS }, (_, part) => ({
        Put: {
          TableName: "images",
          Item: { pk: { S: `t${n}` }, sk: { S: `part${part}` }, keep: { S: "x".repeat(700) } },
        },
      })),
    });
  const directory = join(home, "found");
  await cp(join(home, "written"), directory, { recursive: true });
  await dynamodb.close();
  const [name = ""] = (await readdir(directory)).filter((file) => file.endsWith(".log"));
  found = { directory, name, log: await readFile(join(directory, name)) };
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** How many items each transaction has, in their order, with this log in the place of the whole one. */
async function itemsWith(log: Buffer): Promise<number[]> {
  const directory = join(home, "cut");
  await cp(found.directory, directory, { recursive: true });
  await writeFile(join(directory, found.name), log);
  const dynamodb = await open(directory);
  try {
    return await Promise.all(
      Array.from({ length: TRANSACTIONS }, async (_, n) => {
        const { Count } = await dynamodb.handle("Query", {
          TableName: "images",
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: `t${n}` } },
        });
        return Number(Count);
      }),
    );
  } finally {
    await dynamodb.close();
    await rm(directory, { recursive: true });
  }
}

const zeros = (log: Buffer, from: number, to: number): Buffer => Buffer.from(log).fill(0, from, to);
const pagesLater = (at: number, pages: number): number => (Math.floor(at / PAGE) + pages) * PAGE;

interface Way {
  readonly left: (log: Buffer, at: number) => Buffer;
  /** Only the last transactions can be lost. */
  readonly losesTheLast: boolean;
}

/** What is left of a log that nobody forced to the disk: all of it before a byte, and after it: */
const ways: Readonly<Record<string, Way>> = {
  nothing: { left: (log, at) => log.subarray(0, at), losesTheLast: true },
  zeros: { left: (log, at) => zeros(log, at, log.length), losesTheLast: true },
  // LevelDB reads on behind what it cannot read, and says so.
  "zeros, and then later pages": {
    left: (log, at) => zeros(log, at, Math.min(pagesLater(at, 3), log.length)),
    losesTheLast: false,
  },
};

test.each(Object.entries(ways))(
  "of the tables' log there is %s behind some byte: each transaction is whole or not there",
  async (name, { left, losesTheLast }) => {
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const random = numbersFrom(seed, name);
    try {
      for (let cut = 0; cut < CUTS; cut++) {
        said.mockClear();
        const at = Math.floor(random() * found.log.length);
        const counts = await itemsWith(left(found.log, at));
        expect(counts.filter((count) => count !== ITEMS && count !== 0)).toEqual([]);
        const whole = counts.filter((count) => count === ITEMS).length;
        // What lies well before that byte is there.
        expect(whole).toBeGreaterThanOrEqual(Math.floor((TRANSACTIONS * at) / found.log.length) - 2);
        if (losesTheLast) expect(counts.indexOf(0)).toBe(whole === TRANSACTIONS ? -1 : whole);
        if (whole < TRANSACTIONS - 1) expect(said.mock.calls.join("")).toContain("may be lost");
      }
    } finally {
      said.mockRestore();
    }
  },
);
