import type { FormatInspector } from "./format-inspector.ts";
import { hasSignature } from "./header-fields.ts";

// QEMU, block/cloop.c: the shell script that every compressed loop image starts with.
const SCRIPT = "#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n";

/** A compressed, read-only disk. It needs no other file. */
export const cloop: FormatInspector = {
  name: "cloop",
  declareAs: undefined,
  qemuName: "cloop",
  recognises: ({ head }) => hasSignature(head, 0, SCRIPT),
  examine: () => ({ virtualSize: 0, failures: [] }),
};
