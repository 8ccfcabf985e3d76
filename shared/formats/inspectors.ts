import { bochs } from "./bochs.ts";
import { cloop } from "./cloop.ts";
import type { FormatInspector } from "./format-inspector.ts";
import { gpt } from "./gpt.ts";
import { iso } from "./iso.ts";
import { luks } from "./luks.ts";
import { parallels } from "./parallels.ts";
import { qcow2 } from "./qcow2.ts";
import { qed } from "./qed.ts";
import { vdi } from "./vdi.ts";
import { fixedVhd, vhd } from "./vhd.ts";
import { vhdx } from "./vhdx.ts";
import { vmdk } from "./vmdk.ts";

/** Every format that has a mark of its own; data without any of these marks is raw. All that QEMU probes is here. */
export const inspectors: readonly FormatInspector[] = [
  qcow2,
  vhd,
  fixedVhd,
  vhdx,
  vmdk,
  vdi,
  qed,
  parallels,
  bochs,
  cloop,
  iso,
  gpt,
  luks,
];
