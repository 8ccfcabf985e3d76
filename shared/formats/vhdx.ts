import type { FormatInspector, SafetyFailure } from "./format-inspector.ts";
import { fieldsOf, hasSignature, wholeNumber } from "./header-fields.ts";
import { MalformedImage } from "./malformed-image.ts";
import type { RangedReader } from "./ranged-reader.ts";
import { HEADER_BYTES, hasLog } from "./vhdx-header.ts";

// Layout: Microsoft MS-VHDX 2.2.3 (region table), 2.6.1 (metadata table), 2.6.2 (items). Little-endian; GUIDs as
// they lie on disk.
const KiB = 1024;
const SECTION_BYTES = 64 * KiB; // two headers and two region tables, one in each section behind the first
const ENTRY_BYTES = 32;
const MAX_ENTRIES = 2047;
const REGION_TABLE_HEADER_BYTES = 16;
const METADATA_HEADER_BYTES = 32;
// The items usually follow the metadata table at once: reading a little more saves a request.
const ITEMS_BYTES = 4 * KiB;
const METADATA_REGION = "\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e";
const FILE_PARAMETERS = "\x37\x67\xa1\xca\x36\xfa\x43\x4d\xb3\xb6\x33\xf0\xaa\x44\xe7\x6b";
const VIRTUAL_DISK_SIZE = "\x24\x42\xa5\x2f\x1b\xcd\x76\x48\xb2\x11\x5d\xbe\xd8\x3b\xf4\xb8";
const PARENT_LOCATOR = "\x2d\x5f\xd3\xa8\x0b\xb3\x4d\x45\xab\xf7\xd3\xd8\x48\x34\xab\x0c";
const HAS_PARENT = 2;

export const vhdx: FormatInspector = {
  name: "vhdx",
  declareAs: "vhdx",
  qemuName: "vhdx",
  recognises: ({ head }) => hasSignature(head, 0, "vhdxfile"),
  async examine(image) {
    const sections = await image.exactly(SECTION_BYTES, 4 * SECTION_BYTES, "header section");
    const section = (n: number) => sections.subarray(n * SECTION_BYTES, (n + 1) * SECTION_BYTES);
    const needsReplay = hasLog([0, 1].map((n) => section(n).subarray(0, HEADER_BYTES)));
    const metadata = await Metadata.open(image, metadataOffset(section(2), section(3)));
    return {
      virtualSize: wholeNumber(
        fieldsOf(await metadata.item(VIRTUAL_DISK_SIZE, "virtual disk size")).getBigUint64(0, true),
        "virtual size",
      ),
      failures: [...logFailure(needsReplay), ...parentFailure(await metadata.hasParent())],
    };
  },
};

function metadataOffset(table: Uint8Array, copy: Uint8Array): number {
  if (!hasSignature(table, 0, "regi")) throw new MalformedImage("its region table has no signature");
  // Readers may take the second where they find the first damaged.
  if (!table.every((byte, index) => byte === copy[index]))
    throw new MalformedImage("its two region tables differ");
  const fields = fieldsOf(table);
  const entry = findEntry(table, REGION_TABLE_HEADER_BYTES, fields.getUint32(8, true), METADATA_REGION);
  if (entry === undefined) throw new MalformedImage("it has no metadata region");
  return wholeNumber(fields.getBigUint64(entry + 16, true), "metadata region offset");
}

class Metadata {
  readonly #image: RangedReader;
  readonly #offset: number;
  readonly #table: Uint8Array;

  private constructor(image: RangedReader, offset: number, table: Uint8Array) {
    this.#image = image;
    this.#offset = offset;
    this.#table = table;
  }

  static async open(image: RangedReader, offset: number): Promise<Metadata> {
    const table = await image.read(offset, SECTION_BYTES + ITEMS_BYTES);
    if (table.length < METADATA_HEADER_BYTES || !hasSignature(table, 0, "metadata")) {
      throw new MalformedImage("its metadata region has no signature");
    }
    return new Metadata(image, offset, table);
  }

  /** An item of eight bytes. Throws MalformedImage naming `what` where there is none. */
  async item(guid: string, what: string): Promise<Uint8Array> {
    const fields = fieldsOf(this.#table);
    const entry = this.#entry(guid);
    if (entry === undefined || fields.getUint32(entry + 20, true) !== 8) {
      throw new MalformedImage(`it does not state a ${what}`);
    }
    return this.#image.exactly(this.#offset + fields.getUint32(entry + 16, true), 8, what);
  }

  async hasParent(): Promise<boolean> {
    const parameters = await this.item(FILE_PARAMETERS, "block size");
    const flags = fieldsOf(parameters).getUint32(4, true);
    return (flags & HAS_PARENT) !== 0 || this.#entry(PARENT_LOCATOR) !== undefined;
  }

  #entry(guid: string): number | undefined {
    return findEntry(this.#table, METADATA_HEADER_BYTES, fieldsOf(this.#table).getUint16(10, true), guid);
  }
}

/** Where in `table` the one entry with this GUID starts. */
function findEntry(table: Uint8Array, first: number, count: number, guid: string): number | undefined {
  if (count > MAX_ENTRIES || first + count * ENTRY_BYTES > table.length) {
    throw new MalformedImage("one of its tables claims too many entries");
  }
  let found: number | undefined;
  for (let entry = first; entry < first + count * ENTRY_BYTES; entry += ENTRY_BYTES) {
    if (!hasSignature(table, entry, guid)) continue;
    if (found !== undefined) throw new MalformedImage("one of its tables has an entry twice");
    found = entry;
  }
  return found;
}

const logFailure = (needsReplay: boolean): SafetyFailure[] =>
  needsReplay
    ? [
        {
          check: "log",
          found: "has a log that was not replayed, so that its state is unknown",
          remedy: REPLAY,
        },
      ]
    : [];

const parentFailure = (hasParent: boolean): SafetyFailure[] =>
  hasParent ? [{ check: "parent", found: "holds only the difference to a parent", remedy: MERGE }] : [];

const REPLAY =
  "Replay it with qemu-img check -r all FILE, then write it anew: qemu-img convert -f vhdx -O vhdx FILE NEW. Upload NEW as vhdx.";
// qemu-img reads no differencing disks.
const MERGE = "Merge it with its parent where it was made (Hyper-V: Merge-VHD), and upload the merged disk.";
