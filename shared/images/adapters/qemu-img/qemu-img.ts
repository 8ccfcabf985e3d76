import type { ConvertibleFormat } from "../../domain/convertible-formats.ts";
import { ConversionKilled, ConversionRefused } from "../../ports/workshop.ts";
import { ProcessFailed, type ProcessLimits, runBounded } from "./bounded-process.ts";

const GIB = 1024 ** 3;

/** What qemu-img calls them. */
const qemuName: Readonly<Record<ConvertibleFormat, string>> = {
  ...{ raw: "raw", qcow2: "qcow2", vmdk: "vmdk", vdi: "vdi", vhd: "vpc", vhdx: "vhdx", ploop: "parallels" },
};

/** `qemu-img check`: clusters that nothing needs, and formats that it knows no check of. Nothing is lost by either. */
const harmlessCodes: readonly (number | null)[] = [3, 63];

/** The only extents of a VMDK that are whole in one file. */
const vmdkTypes = ["monolithicSparse", "streamOptimized"];

/** Looking at an image takes next to nothing, whatever the image says (OpenStack's services have the same bounds). */
const infoLimits: ProcessLimits = { cpuSeconds: 30, wallSeconds: 120, addressSpaceBytes: GIB, fileBytes: 0 };

export interface ConversionLimits {
  readonly cpuSeconds: number;
  readonly addressSpaceBytes: number;
}

/** A disk that waits is no processor at work: as long as this many times its processor time. */
const WALL_FACTOR = 4;

interface Info {
  readonly format?: string;
  readonly "virtual-size"?: number;
  readonly "backing-filename"?: string;
  readonly "full-backing-filename"?: string;
  readonly "format-specific"?: {
    readonly data?: { readonly "data-file"?: string; readonly "create-type"?: string };
  };
}

/** In one sentence, without a path of this machine. */
function refusal(
  error: ProcessFailed,
  doing: string,
  limits: ProcessLimits,
  paths: readonly string[],
): string {
  const said = paths
    .reduce((text, path) => text.replaceAll(path, "the data"), error.stderr)
    .replace(/\s+/g, " ")
    .trim();
  if (error.limit === "cpu")
    return `${doing} takes more than the ${limits.cpuSeconds} s of processor time that it may: convert the image before it is uploaded.`;
  if (error.limit === "wall")
    return `${doing} takes more than the ${limits.wallSeconds} s that it may: convert the image before it is uploaded.`;
  if (/No space left|Disk quota/i.test(said))
    return `The converter's disk has no room for what comes of the data: ask your operator for a larger image_converter_disk.`;
  if (/File too large/i.test(said))
    return `The converted data has more than the ${limits.fileBytes} bytes that an image may have.`;
  if (/Cannot allocate|failed to allocate|Could not allocate/i.test(said))
    return `${doing} takes more than the ${limits.addressSpaceBytes} bytes of memory that it may: convert the image before it is uploaded.`;
  return `${doing} failed: ${said.slice(0, 300) || error.message}`;
}

/** Of an image that has no end of snapshots or extents, qemu-img says more than is read of it. */
function parsed(said: string): Info {
  try {
    return JSON.parse(said) as Info;
  } catch (error) {
    const why = "What qemu-img says of the data cannot be read, or is too much: it cannot be converted.";
    throw new ConversionRefused(why, { cause: error });
  }
}

/** qemu-img, which reads what anybody has uploaded: always told the format, and always within limits. */
export function qemuImg({
  before,
  limits,
}: {
  readonly before: readonly string[];
  readonly limits: ConversionLimits;
}) {
  const run = async (
    words: readonly string[],
    bounds: ProcessLimits,
    doing: string,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<string> => {
    try {
      return await runBounded(["qemu-img", ...words], bounds, { signal, before });
    } catch (error) {
      if (!(error instanceof ProcessFailed)) throw error;
      if (words[0] === "check" && harmlessCodes.includes(error.code)) return "";
      if (error.isKilled) throw new ConversionKilled(`${doing} was killed`, { cause: error });
      throw new ConversionRefused(refusal(error, doing, bounds, paths), { cause: error });
    }
  };
  return {
    /** Bytes of the disk in it. Refuses what qemu-img would open together with another file. */
    info: async (path: string, format: ConvertibleFormat, signal: AbortSignal): Promise<number> => {
      const name = qemuName[format];
      const words = ["info", "-f", name, "--output=json", path];
      const info = parsed(await run(words, infoLimits, "Looking at the data", [path], signal));
      const refuse = (what: string): never => {
        throw new ConversionRefused(`The data, declared as ${format}, ${what}: it cannot be converted.`);
      };
      const { "backing-filename": backing, "full-backing-filename": full } = info;
      const { "data-file": dataFile, "create-type": type } = info["format-specific"]?.data ?? {};
      if (info.format !== name) refuse(`is ${info.format} to qemu-img`);
      if (backing !== undefined || full !== undefined) refuse("has a backing file");
      if (dataFile !== undefined) refuse("has an external data file");
      if (format === "vmdk" && !vmdkTypes.includes(type ?? "")) refuse(`has the create type ${type}`);
      return info["virtual-size"] ?? 0;
    },
    /** Refuses data that is cut off or damaged: where it is, a conversion would write zeros, and say nothing. */
    check: async (path: string, format: ConvertibleFormat, signal: AbortSignal): Promise<void> => {
      const words = ["check", "-q", "-f", qemuName[format], path];
      const bounds: ProcessLimits = {
        ...infoLimits,
        ...limits,
        wallSeconds: limits.cpuSeconds * WALL_FACTOR,
      };
      const remedy = "(qemu-img check FILE tells more; where it is whole, upload it again)";
      await run(words, bounds, `The check of the data ${remedy}`, [path], signal);
    },
    /** Writes the disk in `source` anew to `target`, a file that is not there yet. */
    convert: async (
      source: { readonly path: string; readonly format: ConvertibleFormat },
      target: { readonly path: string; readonly format: ConvertibleFormat; readonly mostBytes: number },
      signal: AbortSignal,
    ): Promise<void> => {
      const bounds: ProcessLimits = {
        ...limits,
        wallSeconds: Math.min(limits.cpuSeconds * WALL_FACTOR, 24 * 3600),
        fileBytes: target.mostBytes,
      };
      const formats = ["-f", qemuName[source.format], "-O", qemuName[target.format]];
      const paths = [source.path, target.path];
      await run(["convert", ...formats, ...paths], bounds, "The conversion", paths, signal);
    },
  };
}
