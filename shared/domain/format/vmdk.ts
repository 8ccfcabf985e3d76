import type { Examination, FormatInspector } from "./format-inspector.ts";
import { hasSignature, wholeNumber } from "./header-fields.ts";
import type { RangedReader } from "./ranged-reader.ts";
import {
  descriptorFault,
  descriptorText,
  MAX_DESCRIPTOR_BYTES,
  statesCreateType,
} from "./vmdk-descriptor.ts";
import { footerFault } from "./vmdk-footer.ts";
import {
  SPARSE_HEADER_BYTES,
  SPARSE_SIGNATURE,
  type SparseHeader,
  sparseHeader,
} from "./vmdk-sparse-header.ts";

const SECTOR_BYTES = 512;
const TEXT_PROBE_BYTES = 512;

export const vmdk: FormatInspector = {
  name: "vmdk",
  declareAs: "vmdk",
  // Every file with the signature, also with a version or layout that Glance does not read: readers would still
  // take it for a VMDK, so it must not pass as raw.
  recognises: async (image) => isSparse(image) || (await isTextDescriptor(image)),
  examine: async (image) => (isSparse(image) ? examineSparse(image) : examineTextDescriptor(image)),
};

function isSparse(image: RangedReader): boolean {
  return hasSignature(image.head, 0, SPARSE_SIGNATURE);
}

async function isTextDescriptor(image: RangedReader): Promise<boolean> {
  const start = image.head.subarray(0, TEXT_PROBE_BYTES);
  const isText = start.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
  if (!isText) return false;
  // All of it lies in the head if the padding does.
  const bytes = image.head.includes(0) ? image.head : await image.read(0, MAX_DESCRIPTOR_BYTES);
  return statesCreateType(descriptorText(bytes));
}

async function examineSparse(image: RangedReader): Promise<Examination> {
  const header = sparseHeader(await image.exactly(0, SPARSE_HEADER_BYTES, "header"));
  const virtualSize = wholeNumber(header.capacity * BigInt(SECTOR_BYTES), "virtual size");
  const descriptor = await embeddedDescriptorFault(image, header);
  const footer = header.hasFooter ? await footerFault(image, header) : undefined;
  return {
    virtualSize,
    failures: [
      ...(descriptor === undefined ? [] : [{ check: "descriptor", found: descriptor }]),
      ...(footer === undefined ? [] : [{ check: "footer", found: footer }]),
    ],
  };
}

async function embeddedDescriptorFault(
  image: RangedReader,
  header: SparseHeader,
): Promise<string | undefined> {
  if (header.version < 1 || header.version > 3) return "has an unsupported VMDK version";
  if (header.descriptorOffset !== 1n) return "has no descriptor right after its header";
  const declared = header.descriptorLength * BigInt(SECTOR_BYTES);
  const length = declared < MAX_DESCRIPTOR_BYTES ? Number(declared) : MAX_DESCRIPTOR_BYTES;
  return descriptorFault(descriptorText(await image.exactly(SECTOR_BYTES, length, "descriptor")));
}

/** A descriptor alone holds no data: it names files beside it, which an image service never has. */
async function examineTextDescriptor(image: RangedReader): Promise<Examination> {
  const text = descriptorText(await image.read(0, MAX_DESCRIPTOR_BYTES));
  const found = descriptorFault(text) ?? "is a descriptor without the data it describes";
  return { virtualSize: 0, failures: [{ check: "descriptor", found }] };
}
