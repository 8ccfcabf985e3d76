import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ownValue } from "../../shared/own-value.ts";
import { type Architecture, nodePackages } from "./architecture.ts";
import { runProgram } from "./run-program.ts";

const projectRoot = resolve(import.meta.dirname, "../..");

/** Puts the Node of the lock file for that architecture into `folder`, with its licence. Throws when its hash is another. */
export async function unpackNode(folder: string, scratch: string, of: Architecture): Promise<void> {
  const name = nodePackages[of];
  const lock = JSON.parse(await readFile(join(projectRoot, "package-lock.json"), "utf8"));
  const { version, integrity } =
    ownValue<{ version: string; integrity: string }>(lock.packages, `node_modules/${name}`) ?? {};
  const printed = await runProgram("npm", ["pack", "--silent", `${name}@${version}`], scratch);
  const packed = join(scratch, printed.trim());
  const [algorithm = "", expected] = String(integrity).split("-");
  if (
    createHash(algorithm)
      .update(await readFile(packed))
      .digest("base64") !== expected
  )
    throw new Error(`${name}@${version} from the registry is not what package-lock.json says`);
  await runProgram("tar", ["-xzf", packed], scratch);
  await mkdir(folder, { recursive: true });
  for (const [from, to] of [
    ["bin/node", "node"],
    ["LICENSE", "LICENSE.node"],
  ] as const)
    await copyFile(join(scratch, "package", from), join(folder, to));
}
