import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { runProgram } from "./run-program.ts";

export interface Layer {
  /** Of the tar as it is: `rootfs.diff_ids` of the image's configuration. */
  readonly diffId: string;
  /** The gzipped tar. */
  readonly file: string;
}

export async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest("hex")}`;
}

/** A folder as a layer: the same bytes for the same files, whoever makes it and when. */
export async function layerOf(root: string, scratch: string): Promise<Layer> {
  const tar = join(scratch, "layer.tar");
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=gnu"];
  await runProgram("tar", [...same, "-C", root, "-cf", tar, "."], scratch);
  const file = `${tar}.gz`;
  await pipeline(createReadStream(tar), createGzip({ level: 6 }), createWriteStream(file));
  const diffId = await sha256(tar);
  await rm(tar);
  return { diffId, file };
}
