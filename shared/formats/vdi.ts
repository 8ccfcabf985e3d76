import type { FormatInspector, SafetyFailure } from "./format-inspector.ts";
import { fieldsOf, hasSignature, wholeNumber } from "./header-fields.ts";

// Layout: QEMU, block/vdi.c. Little-endian.
const VERSION_1_1 = 0x00010001;
const OWN_TYPES = [1, 2]; // dynamic, static; undo (3) and differencing (4) need a parent
const LINKS = 0x1a8; // two UUIDs: of the link and of the parent, zero without one
const LINKS_BYTES = 32;
const SECTOR_BYTES = 512;

export const vdi: FormatInspector = {
  name: "vdi",
  declareAs: "vdi",
  qemuName: "vdi",
  recognises: ({ head }) => hasSignature(head, 0x40, "\x7f\x10\xda\xbe"),
  examine({ head }) {
    const header = fieldsOf(head);
    const bytes = wholeNumber(header.getBigUint64(0x170, true), "virtual size");
    // Whole sectors, as readers round it.
    const virtualSize = Math.ceil(bytes / SECTOR_BYTES) * SECTOR_BYTES;
    return { virtualSize, failures: failures(header, head.subarray(LINKS, LINKS + LINKS_BYTES)) };
  },
};

function failures(header: DataView, links: Uint8Array): SafetyFailure[] {
  if (header.getUint32(0x44, true) !== VERSION_1_1) {
    return [{ check: "version", found: "has an unsupported VDI version", remedy: CLONE }];
  }
  if (OWN_TYPES.includes(header.getUint32(0x4c, true)) && links.every((byte) => byte === 0)) return [];
  return [{ check: "parent", found: "holds only the difference to a parent", remedy: CLONE }];
}

// qemu-img reads none of these.
const CLONE =
  "Make a whole image of it where it was made (VBoxManage clonemedium FILE NEW --format VDI). Upload NEW as vdi.";
