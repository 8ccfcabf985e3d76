import type { FormatInspector, SafetyFailure } from "./format-inspector.ts";
import { fieldsOf, hasSignature, wholeNumber } from "./header-fields.ts";
import { MalformedImage } from "./malformed-image.ts";
import type { RangedReader } from "./ranged-reader.ts";
import { DIFFERENCING, DYNAMIC, FIXED, FOOTER_BYTES, isFooter, vhdFooter } from "./vhd-footer.ts";

const DYNAMIC_HEADER_BYTES = 1024;
// Microsoft, Virtual Hard Disk Image Format 1.0, "Dynamic Disk Header Format".
const PARENT_UUID = 40;
const UUID_BYTES = 16;
const PARENT_LOCATORS = 576;
const LOCATOR_BYTES = 24;
const LOCATORS = 8;

/** Dynamic VHD: a copy of its footer is at the start. */
export const vhd: FormatInspector = {
  name: "vhd",
  declareAs: "vhd",
  qemuName: "vpc",
  recognises: ({ head }) => hasSignature(head, 0, "conectix"),
  async examine(image) {
    const copy = vhdFooter(await image.exactly(0, FOOTER_BYTES, "header"));
    const header = await dynamicHeader(image, copy.dataOffset);
    // QEMU goes by the copy, Hyper-V by the footer itself: neither may speak of a parent.
    const end = await readEnd(image);
    const types = [copy.type, ...(isFooter(end) ? [vhdFooter(end).type] : [])];
    return { virtualSize: copy.virtualSize, failures: failures(types, hasParent(header)) };
  },
};

/**
 * Fixed VHD: a plain disk with the footer after it. Nobody can tell it from a raw disk by its start, so it counts
 * only for those who declare it, as for qemu-img.
 */
export const fixedVhd: FormatInspector = {
  name: "vhd",
  declareAs: "vhd",
  qemuName: "vpc",
  async recognises(image, declared) {
    if (declared !== "vhd" || hasSignature(image.head, 0, "conectix")) return false;
    const end = await readEnd(image);
    return isFooter(end) && fieldsOf(end).getUint32(60) === FIXED;
  },
  async examine(image) {
    const { virtualSize } = vhdFooter(await readEnd(image));
    if (virtualSize > image.size - FOOTER_BYTES) throw new MalformedImage("its data is cut off");
    return { virtualSize, failures: [] };
  },
};

const readEnd = (image: RangedReader) => image.read(Math.max(0, image.size - FOOTER_BYTES), FOOTER_BYTES);

async function dynamicHeader(image: RangedReader, offset: bigint): Promise<Uint8Array> {
  const at = wholeNumber(offset, "dynamic header's place");
  const header = await image.exactly(at, DYNAMIC_HEADER_BYTES, "dynamic header");
  if (!hasSignature(header, 0, "cxsparse")) throw new MalformedImage("its dynamic header has no signature");
  return header;
}

function hasParent(header: Uint8Array): boolean {
  const fields = fieldsOf(header);
  const locators = Array.from({ length: LOCATORS }, (_, n) => PARENT_LOCATORS + n * LOCATOR_BYTES);
  return (
    header.subarray(PARENT_UUID, PARENT_UUID + UUID_BYTES).some((byte) => byte !== 0) ||
    locators.some((locator) => fields.getUint32(locator) !== 0)
  );
}

function failures(types: readonly number[], namesParent: boolean): SafetyFailure[] {
  if (namesParent || types.includes(DIFFERENCING)) {
    return [{ check: "parent", found: "holds only the difference to a parent", remedy: MERGE }];
  }
  if (types.every((type) => type === DYNAMIC)) return [];
  return [{ check: "type", found: "has a footer of another type than a dynamic disk", remedy: REMAKE }];
}

// qemu-img reads a differencing disk as if the parent were all zeros: converting it would lose data.
const MERGE =
  "Merge it with its parent where it was made (Hyper-V: Merge-VHD; VirtualBox: VBoxManage clonemedium), and upload the merged disk. Do not convert it with qemu-img, which ignores the parent.";
const REMAKE = "Convert it with qemu-img convert -f vpc -O vpc FILE NEW, and upload NEW as vhd.";
