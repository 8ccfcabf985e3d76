import type { FormatInspector } from "./format-inspector.ts";
import { fieldsOf, hasSignature, wholeNumber } from "./header-fields.ts";
import { MalformedImage } from "./malformed-image.ts";
import type { RangedReader } from "./ranged-reader.ts";

// Layout: Microsoft MS-VHDX 2.2.3 (region table) and 2.2.5 (metadata). Little-endian; GUIDs as they lie on disk.
const TABLE_BYTES = 64 * 1024;
const ENTRY_BYTES = 32;
const MAX_ENTRIES = 2047;
const REGION_TABLE_OFFSET = 192 * 1024;
const REGION_TABLE_HEADER_BYTES = 16;
const METADATA_HEADER_BYTES = 32;
// The items usually follow the metadata table at once: reading a little more saves a request.
const ITEMS_BYTES = 4 * 1024;
const METADATA_REGION = "\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e";
const VIRTUAL_DISK_SIZE = "\x24\x42\xa5\x2f\x1b\xcd\x76\x48\xb2\x11\x5d\xbe\xd8\x3b\xf4\xb8";

export const vhdx: FormatInspector = {
  name: "vhdx",
  declareAs: "vhdx",
  recognises: ({ head }) => hasSignature(head, 0, "vhdxfile"),
  examine: async (image) => ({
    virtualSize: await virtualDiskSize(image, await metadataOffset(image)),
    failures: [],
  }),
};

async function metadataOffset(image: RangedReader): Promise<number> {
  const table = await image.exactly(REGION_TABLE_OFFSET, TABLE_BYTES, "region table");
  if (!hasSignature(table, 0, "regi")) throw new MalformedImage("its region table has no signature");
  const fields = fieldsOf(table);
  const entry = findEntry(table, REGION_TABLE_HEADER_BYTES, fields.getUint32(8, true), METADATA_REGION);
  if (entry === undefined) throw new MalformedImage("it has no metadata region");
  return wholeNumber(fields.getBigUint64(entry + 16, true), "metadata region offset");
}

async function virtualDiskSize(image: RangedReader, offset: number): Promise<number> {
  const table = await image.read(offset, TABLE_BYTES + ITEMS_BYTES);
  if (table.length < METADATA_HEADER_BYTES || !hasSignature(table, 0, "metadata")) {
    throw new MalformedImage("its metadata region has no signature");
  }
  const fields = fieldsOf(table);
  const entry = findEntry(table, METADATA_HEADER_BYTES, fields.getUint16(10, true), VIRTUAL_DISK_SIZE);
  if (entry === undefined || fields.getUint32(entry + 20, true) !== 8) {
    throw new MalformedImage("it does not state a virtual disk size");
  }
  const item = await image.exactly(offset + fields.getUint32(entry + 16, true), 8, "virtual disk size");
  return wholeNumber(fieldsOf(item).getBigUint64(0, true), "virtual size");
}

/** Where in `table` the entry with this GUID starts. */
function findEntry(table: Uint8Array, first: number, count: number, guid: string): number | undefined {
  if (count > MAX_ENTRIES || first + count * ENTRY_BYTES > table.length) {
    throw new MalformedImage("one of its tables claims too many entries");
  }
  for (let entry = first; entry < first + count * ENTRY_BYTES; entry += ENTRY_BYTES) {
    if (hasSignature(table, entry, guid)) return entry;
  }
  return undefined;
}
