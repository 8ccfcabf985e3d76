import type { FormatInspector, SafetyFailure } from "./format-inspector.ts";
import { fieldsOf, hasSignature, wholeNumber } from "./header-fields.ts";

// Layout: QEMU, docs/interop/qcow2.txt. Big-endian.
const HEADER_BYTES = 512;
const EXTERNAL_DATA_FILE = 0x04n;
const FIRST_UNKNOWN_FEATURE = 4n; // dirty, corrupt, external data file, compression type are the known ones

export const qcow2: FormatInspector = {
  name: "qcow2",
  declareAs: "qcow2",
  recognises: ({ head }) => head.length >= HEADER_BYTES && hasSignature(head, 0, "QFI\xfb"),
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
  const found: SafetyFailure[] = [];
  if (header.getBigUint64(8) !== 0n) found.push({ check: "backing_file", found: "has a backing file" });
  // Checked in version 2 as well, where these bytes are no feature bits: Glance does, and nothing honest sets them.
  if (features & EXTERNAL_DATA_FILE) found.push({ check: "data_file", found: "has an external data file" });
  if (version !== 2 && version !== 3) {
    found.push({ check: "unknown_features", found: "has an unsupported qcow2 version" });
  } else if (version === 3 && features >> FIRST_UNKNOWN_FEATURE) {
    found.push({ check: "unknown_features", found: "uses unknown or unsupported qcow2 features" });
  }
  return found;
}
