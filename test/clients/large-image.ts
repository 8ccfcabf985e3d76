import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, existsSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "./command.ts";

const MIB = 1024 ** 2;
const MEGABYTES = 1100;
/** The file, its raw source, and copies in the store and as downloads. */
const NEEDED_BYTES = 8 * MEGABYTES * MIB;

/** A real qcow2 above 1 GiB full of incompressible data; made once and used by all runs. */
export async function largeQcow2(): Promise<string> {
  const file = join(tmpdir(), `glance-test-${MEGABYTES}.qcow2`);
  const { bavail, bsize } = statfsSync(tmpdir());
  if (bavail * bsize < NEEDED_BYTES)
    throw new Error(`${tmpdir()} has less than ${NEEDED_BYTES / MIB} MiB free`);
  if (!existsSync(file)) {
    const raw = `${file}.raw`;
    await succeed(`head -c ${MEGABYTES}M /dev/urandom > ${raw}`, {});
    await succeed(
      `qemu-img convert -f raw -O qcow2 ${raw} ${file}.tmp && rm ${raw} && mv ${file}.tmp ${file}`,
      {},
    );
  }
  if (statSync(file).size < 1024 * MIB) throw new Error(`${file} is smaller than 1 GiB: delete it`);
  return file;
}

export async function digestOf(file: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  const stream = createReadStream(file, { highWaterMark: MIB }).on("data", (chunk) => hash.update(chunk));
  await once(stream, "end");
  return hash.digest("hex");
}
