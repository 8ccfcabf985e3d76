import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FunctionDefinition } from "../template/functions.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A function whose bundle is this source text. */
export async function functionWith(
  source: string,
  changed: Partial<FunctionDefinition> = {},
): Promise<FunctionDefinition> {
  const directory = join(await temporaryFolder(), "bundle");
  await mkdir(directory);
  await writeFile(join(directory, "index.mjs"), source);
  return {
    name: "try",
    functionName: "app-Try",
    arn: "arn:aws:lambda:us-east-1:000000000000:function:app-Try",
    roleArn: "arn:aws:iam::000000000000:role/app-Try",
    directory,
    handler: "index.handler",
    environment: { TABLE_NAME: "images" },
    timeoutSeconds: 3,
    memoryMegabytes: 128,
    mounts: [],
    allowsRecursion: false,
    ...changed,
  };
}
