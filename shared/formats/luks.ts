import type { FormatInspector } from "./format-inspector.ts";
import { fieldsOf, hasSignature } from "./header-fields.ts";
import { MalformedImage } from "./malformed-image.ts";

// LUKS1 on-disk format, 2.1: partition header with eight key slots. Big-endian.
const HEADER_BYTES = 592;
const SECTOR_BYTES = 512;

/** Only the outside is read: without a passphrase what is encrypted stays unknown. LUKS2 does not state a size. */
export const luks: FormatInspector = {
  name: "luks",
  declareAs: "raw",
  qemuName: "luks",
  plain: true,
  recognises: ({ head }) => hasSignature(head, 0, "LUKS\xba\xbe"),
  async examine(image) {
    const header = fieldsOf(await image.exactly(0, HEADER_BYTES, "header"));
    if (header.getUint16(6) !== 1) return { virtualSize: 0, failures: [] };
    const virtualSize = image.size - header.getUint32(104) * SECTOR_BYTES;
    if (virtualSize < 0) throw new MalformedImage("its payload starts after its end");
    return { virtualSize, failures: [] };
  },
};
