import type { FormatInspector } from "./format-inspector.ts";
import { gpt } from "./gpt.ts";
import { iso } from "./iso.ts";
import { luks } from "./luks.ts";
import { qcow2 } from "./qcow2.ts";
import { qed } from "./qed.ts";
import { vdi } from "./vdi.ts";
import { vhd } from "./vhd.ts";
import { vhdx } from "./vhdx.ts";
import { vmdk } from "./vmdk.ts";

/** Every format that has a mark of its own; data without any of these marks is raw. */
export const inspectors: readonly FormatInspector[] = [qcow2, vhd, vhdx, vmdk, vdi, qed, iso, gpt, luks];
