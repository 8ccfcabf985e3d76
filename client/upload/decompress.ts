import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { DataMismatch, UsageError } from "../command-line/failures.ts";
import type { Compression } from "./wrapping.ts";

/** Debian's packages of the programs; others call them alike. */
const packages = { xz: "xz-utils", zstd: "zstd", bzip2: "bzip2" } as const;

const damaged = (compression: Compression, error: unknown) =>
  new DataMismatch(
    `the data cannot be decompressed (${compression}): ${error instanceof Error ? error.message : String(error)}`,
    { cause: error },
  );

/** `fed` fails when what is read breaks; that error, not the one which follows from it, is thrown. */
async function* fedBy(fed: Promise<void>, out: Readable, compression: Compression): AsyncGenerator<Buffer> {
  fed.catch(() => undefined);
  try {
    yield* out as AsyncIterable<Buffer>;
    await fed;
  } catch (error) {
    throw "code" in Object(error) && /^(Z_|ERR_ZLIB)/.test(String(Object(error).code))
      ? damaged(compression, error)
      : error;
  }
}

async function* byProgram(compression: keyof typeof packages, source: Readable): AsyncGenerator<Buffer> {
  const child = spawn(compression, ["-dc"], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(0, 1000);
  });
  const ended = once(child, "close") as Promise<[number | null]>;
  ended.catch(() => undefined);
  // A program that finds damage ends before it has read all: its own words are the reason.
  const fed = pipeline(source, child.stdin).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
  fed.catch(() => undefined);
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const [code] = await ended;
    if (code !== 0) throw damaged(compression, new Error(said.trim() || `${compression} ended with ${code}`));
    await fed;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UsageError(
      `to undo ${compression} the program of that name is needed: install ${packages[compression]}, or decompress the data first`,
      { cause: error },
    );
  } finally {
    child.kill();
  }
}

/**
 * The bytes that are compressed in `source`, as they come. Throws DataMismatch for damaged or cut-off data, before the
 * last byte is given; UsageError where the program that can do it is missing.
 */
export function decompressed(compression: Compression, source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const readable = Readable.from(source, { objectMode: false });
  // Node's own zstd takes the first of several frames for all (24.21), and files made in parallel have several.
  if (compression !== "gzip") return byProgram(compression, readable);
  const inflater = createGunzip();
  return fedBy(pipeline(readable, inflater), inflater, compression);
}
