import { execFile, execFileSync } from "node:child_process";
import { link, mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What `qemu-img info` says of a file. */
export interface QemuVerdict {
  /** Undefined if it cannot open the file. */
  readonly format: string | undefined;
  readonly virtualSize: number | undefined;
  /** The other file or address that it opens, or wants to. */
  readonly foreign: string | undefined;
  readonly error: string;
}

interface ImageInfo {
  readonly format: string;
  readonly filename: string;
  readonly "virtual-size": number;
  readonly "backing-filename"?: string;
  readonly "format-specific"?: {
    readonly data?: {
      readonly "data-file"?: string;
      readonly extents?: readonly { readonly filename: string }[];
    };
  };
}

export function requireQemuImg(): void {
  try {
    execFileSync("qemu-img", ["--version"]);
  } catch (cause) {
    throw new Error("these tests compare with qemu-img: install it (Debian: qemu-utils; brew: qemu)", {
      cause,
    });
  }
}

/**
 * What qemu-img says to the clock of a short run: before it encrypts it measures how fast keys are derived, and gives up
 * where the first measurement is below the clock's tick (QEMU, crypto/pbkdf.c). It is no fault of the file.
 */
const UNMEASURED = /Unable to get accurate CPU usage/;
const MEASUREMENTS = 30;

export async function qemuImg(directory: string, ...args: readonly string[]): Promise<string> {
  for (let measurement = 1; ; measurement += 1) {
    try {
      return (await run("qemu-img", args, { cwd: directory })).stdout;
    } catch (error) {
      if (!UNMEASURED.test(String(error)) || measurement === MEASUREMENTS) throw error;
    }
  }
}

/** Asks qemu-img what the file is, as it does for somebody who does not say so; `format` if somebody does. */
export async function askQemu(directory: string, name: string, format?: string): Promise<QemuVerdict> {
  const said = format === undefined ? [] : ["-f", format];
  // Without the chain first: a backing file is named even where it is not there.
  const alone = await info(directory, name, said);
  if (alone.foreign !== undefined) return alone;
  if (alone.format === undefined) return await infoAlone(directory, name, said);
  const chain = await info(directory, name, [...said, "--backing-chain"]);
  return chain.foreign === undefined ? alone : chain;
}

/** A file may be refused only after another was opened: where that one is missing, the error names it. */
async function infoAlone(directory: string, name: string, options: readonly string[]): Promise<QemuVerdict> {
  const empty = await mkdtemp(join(directory, "alone-"));
  try {
    await link(join(directory, name), join(empty, name));
    return await info(empty, name, options);
  } finally {
    await rm(empty, { recursive: true });
  }
}

async function info(directory: string, name: string, options: readonly string[]): Promise<QemuVerdict> {
  try {
    const said = JSON.parse(await qemuImg(directory, "info", "--output=json", ...options, `./${name}`));
    const [image, behind]: ImageInfo[] = Array.isArray(said) ? said : [said];
    if (image === undefined) throw new Error(`qemu-img said nothing of ${name}`);
    const foreign = behind?.filename ?? otherFile(image, name);
    return { format: image.format, virtualSize: image["virtual-size"], foreign, error: "" };
  } catch (failure) {
    const error = String((failure as { stderr?: string }).stderr ?? failure);
    return { format: undefined, virtualSize: undefined, foreign: wantedFile(error, name), error };
  }
}

function otherFile(image: ImageInfo, name: string): string | undefined {
  const { data } = image["format-specific"] ?? {};
  const extents = data?.extents?.map(({ filename }) => filename) ?? [];
  const others = [image["backing-filename"], data?.["data-file"], ...extents];
  return others.find((other) => other !== undefined && basename(other) !== name);
}

/** The other file that an error is about. */
function wantedFile(error: string, name: string): string | undefined {
  if (error.includes("'data-file' is required")) return "data-file";
  if (/Failed to connect|address resolution|Unknown protocol/.test(error)) return error;
  const files = [...error.matchAll(/Could not open '([^']*)'/g)].map(([, file = ""]) => file);
  return files.find((file) => basename(file) !== name);
}
