import type { FormatInspector } from "./format-inspector.ts";
import { fieldsOf, hasSignature } from "./header-fields.ts";

// UEFI specification 2.10, 5.2: legacy and protective MBR. Glance calls both "gpt".
const SECTOR_BYTES = 512;
const PARTITIONS_OFFSET = 446;
const PARTITION_BYTES = 16;
const UNUSED = 0x00;
const GPT_PROTECTIVE = 0xee;

const remedy =
  "Set disk_format to raw, which promises no partition table, or have the operator add mbr to gpt_safety_checks_nonfatal.";

export const gpt: FormatInspector = {
  name: "gpt",
  declareAs: "raw",
  qemuName: "raw",
  plain: true,
  recognises: ({ head }) =>
    head.length >= SECTOR_BYTES && hasSignature(head, 510, "\x55\xaa") && !isFatBootSector(head),
  examine(image) {
    const found = partitionTableFault(fieldsOf(image.head));
    return {
      virtualSize: image.size,
      failures: found === undefined ? [] : [{ check: "mbr", found, remedy }],
    };
  },
};

/** A FAT file system's first sector carries the same signature: two FATs, medium "fixed disk". */
function isFatBootSector(sector: Uint8Array): boolean {
  return sector[0x10] === 2 && sector[0x15] === 0xf8;
}

function partitionTableFault(sector: DataView): string | undefined {
  const used: number[] = [];
  let protective = false;
  for (let slot = 0; slot < 4; slot++) {
    const entry = PARTITIONS_OFFSET + slot * PARTITION_BYTES;
    const bootFlag = sector.getUint8(entry);
    const type = sector.getUint8(entry + 4);
    if (bootFlag !== 0x00 && bootFlag !== 0x80) return `has an invalid boot flag in MBR partition ${slot}`;
    if (type !== UNUSED) used.push(slot);
    if (type !== GPT_PROTECTIVE) continue;
    protective = true;
    // Head 0, sector 2, cylinder 0, read as one number.
    if (sector.getUint32(entry) % 0x1000000 !== 0x000200)
      return "has a protective MBR with an invalid start CHS";
    if (sector.getUint32(entry + 8, true) !== 1) return "has a protective MBR with an invalid start LBA";
  }
  if (used.length === 0) return "has a boot sector without any partition";
  if (protective && (used.length > 1 || used[0] !== 0)) return "has a protective MBR with extra partitions";
  return undefined;
}
