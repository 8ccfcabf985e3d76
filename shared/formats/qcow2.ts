import type { FormatInspector, SafetyFailure } from "./format-inspector.ts";
import { fieldsOf, hasSignature, wholeNumber } from "./header-fields.ts";
import { convertWith } from "./remedies.ts";

// Layout: QEMU, docs/interop/qcow2.txt; version 1: QEMU, block/qcow.c. Big-endian.
const EXTERNAL_DATA_FILE = 0x04n;
// Dirty, corrupt, external data file, compression type and extended L2 entries are the known ones.
const FIRST_UNKNOWN_FEATURE = 5n;

export const qcow2: FormatInspector = {
  name: "qcow2",
  declareAs: "qcow2",
  qemuName: "qcow2",
  recognises: ({ head }) => hasSignature(head, 0, "QFI\xfb"),
  examine({ head }) {
    const header = fieldsOf(head);
    return {
      virtualSize: wholeNumber(header.getBigUint64(24), "virtual size"),
      failures: failures(header),
    };
  },
};

function failures(header: DataView): SafetyFailure[] {
  const version = header.getUint32(4);
  const features = header.getBigUint64(72);
  const remedy = convertWith(version === 1 ? "qcow" : "qcow2", "qcow2");
  const found: SafetyFailure[] = [];
  // Where the name lies does not matter: readers open a backing file, or fail, for any offset but zero.
  if (header.getBigUint64(8) !== 0n)
    found.push({ check: "backing_file", found: "has a backing file", remedy });
  // Checked in version 2 as well, where these bytes are no feature bits: Glance does, and nothing honest sets them.
  if (features & EXTERNAL_DATA_FILE)
    found.push({ check: "data_file", found: "has an external data file", remedy });
  if (version !== 2 && version !== 3) {
    const unknown = version === 1 ? remedy : NEWER;
    found.push({ check: "unknown_features", found: "has an unsupported qcow2 version", remedy: unknown });
  } else if (version === 3 && features >> FIRST_UNKNOWN_FEATURE) {
    const what = "uses unknown or unsupported qcow2 features";
    found.push({ check: "unknown_features", found: what, remedy: NEWER });
  }
  return found;
}

const NEWER =
  "Have the program that made it write version 2 or 3 without features newer than QEMU 5.2, and upload that.";
