import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Architecture } from "./architecture.ts";
import { runProgram } from "./run-program.ts";

/** What Node is linked with (`ldd`), and what that needs. */
const packages = ["libc6", "libgcc-s1", "libstdc++6"];

/**
 * Unpacks the C libraries of this machine's Debian release into `root`, for any architecture. apt checks their
 * signatures, with lists of its own in `scratch`: the machine's packages stay as they are.
 */
export async function unpackLibraries(root: string, scratch: string, of: Architecture): Promise<void> {
  const state = join(scratch, "apt");
  const debs = join(scratch, "debs");
  for (const folder of [join(state, "lists/partial"), join(state, "archives/partial"), debs])
    await mkdir(folder, { recursive: true });
  await writeFile(join(state, "status"), "");
  const options = [
    `APT::Architecture=${of}`,
    `APT::Architectures=${of}`,
    `Dir::State=${state}`,
    `Dir::State::status=${join(state, "status")}`,
    `Dir::Cache=${state}`,
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  await runProgram("apt-get", ["-q", ...options, "update", "--error-on=any"], scratch);
  await runProgram("apt-get", ["-q", ...options, "download", ...packages], debs);
  for (const deb of (await readdir(debs)).toSorted())
    await runProgram("dpkg-deb", ["-x", join(debs, deb), root], scratch);
}
