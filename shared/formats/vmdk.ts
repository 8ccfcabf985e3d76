import type { Examination, FormatInspector, SafetyFailure } from "./format-inspector.ts";
import { hasSignature, wholeNumber } from "./header-fields.ts";
import { MalformedImage } from "./malformed-image.ts";
import type { RangedReader } from "./ranged-reader.ts";
import { convertWith } from "./remedies.ts";
import {
  type DescriptorFault,
  descriptorFault,
  descriptorText,
  isDescriptor,
  MAX_DESCRIPTOR_BYTES,
} from "./vmdk-descriptor.ts";
import { footerFault } from "./vmdk-footer.ts";
import {
  SPARSE_HEADER_BYTES,
  SPARSE_SIGNATURE,
  type SparseHeader,
  sparseHeader,
} from "./vmdk-sparse-header.ts";

const SECTOR_BYTES = 512;
/** QEMU looks for a parent in 20 sectors, also where the header says that the descriptor is shorter. */
const MIN_DESCRIPTOR_BYTES = 20 * SECTOR_BYTES;
/** The sparse extents of ESX before version 3 hosted ones: always one of several files. */
const ESX_SPARSE_SIGNATURE = "COWD";

export const vmdk: FormatInspector = {
  name: "vmdk",
  declareAs: "vmdk",
  qemuName: "vmdk",
  // Every file with a signature, also with a version or layout that Glance does not read: readers would still
  // take it for a VMDK, so it must not pass as raw.
  recognises: async (image) => isSparse(image) || isEsxSparse(image) || (await isTextDescriptor(image)),
  examine: async (image) =>
    isSparse(image)
      ? examineSparse(image)
      : isEsxSparse(image)
        ? unsafe({ found: "is one of several files (COWD)", isParent: false })
        : examineTextDescriptor(image),
};

const isSparse = ({ head }: RangedReader) => hasSignature(head, 0, SPARSE_SIGNATURE);
const isEsxSparse = ({ head }: RangedReader) => hasSignature(head, 0, ESX_SPARSE_SIGNATURE);

/** Text up to the first zero; most data has one in the head, and costs no other read. */
async function textOf(image: RangedReader): Promise<string> {
  return descriptorText(image.head.includes(0) ? image.head : await image.read(0, MAX_DESCRIPTOR_BYTES));
}

async function isTextDescriptor(image: RangedReader): Promise<boolean> {
  return isDescriptor(image.head.subarray(0, SECTOR_BYTES), await textOf(image));
}

async function examineSparse(image: RangedReader): Promise<Examination> {
  const header = sparseHeader(await image.exactly(0, SPARSE_HEADER_BYTES, "header"));
  const virtualSize = wholeNumber(header.capacity * BigInt(SECTOR_BYTES), "virtual size");
  const descriptor = await embeddedDescriptorFault(image, header);
  const footer = header.hasFooter && !descriptor ? await footerFault(image, header) : undefined;
  return {
    virtualSize,
    failures: [
      ...(descriptor === undefined ? [] : [descriptorFailure(descriptor)]),
      ...(footer === undefined ? [] : [{ check: "footer", found: footer, remedy: EXPORT }]),
    ],
  };
}

async function embeddedDescriptorFault(
  image: RangedReader,
  header: SparseHeader,
): Promise<DescriptorFault | undefined> {
  const fault = (found: string) => ({ found, isParent: false });
  if (header.version < 1 || header.version > 3) return fault("has an unsupported VMDK version");
  if (header.descriptorOffset !== 1n) return fault("has no descriptor right after its header");
  // QEMU then opens the extents that the descriptor names, instead of this one.
  if (header.capacity === 0n) return fault("states no capacity of its own");
  const declared = Math.min(Number(header.descriptorLength) * SECTOR_BYTES, MAX_DESCRIPTOR_BYTES);
  const bytes = await image.read(SECTOR_BYTES, Math.max(declared, MIN_DESCRIPTOR_BYTES));
  if (bytes.length < declared) throw new MalformedImage("its descriptor is cut off");
  return descriptorFault(descriptorText(bytes));
}

/** A descriptor alone holds no data: it names files beside it, which an image service never has. */
async function examineTextDescriptor(image: RangedReader): Promise<Examination> {
  const alone = { found: "is a descriptor without the data it describes", isParent: false };
  return unsafe(descriptorFault(await textOf(image)) ?? alone);
}

const unsafe = (fault: DescriptorFault): Examination => ({
  virtualSize: 0,
  failures: [descriptorFailure(fault)],
});

const descriptorFailure = ({ found, isParent }: DescriptorFault): SafetyFailure => ({
  check: "descriptor",
  found,
  remedy: isParent ? MERGE : CONVERT,
});

const CONVERT = `${convertWith("vmdk", "vmdk")} FILE is the descriptor, where it is a file of its own.`;
// QEMU knows a parent by its name alone: without the name it would read zeros where the parent's data belongs.
const MERGE = `If qemu-img info FILE shows no backing file, merge it with its parent in the program that made it (vmware-vdiskmanager -r FILE -t 0 NEW), and upload the result. If it shows one, qemu-img can do it. ${convertWith("vmdk", "vmdk")}`;
const EXPORT = "Export or download it again: its end was cut off or changed. Upload that.";
