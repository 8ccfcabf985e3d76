import type { ImageLists } from "../../../images/ports/image-store.ts";
import type { Settings } from "../../../settings.ts";
import type { Inventories } from "../../ports/blob-inventory.ts";
import type { Checkpoints } from "../../ports/checkpoints.ts";
import type { Orphans } from "../../ports/orphans.ts";
import type { Switches } from "../../ports/switches.ts";
import type { ReapPorts } from "../reap.ts";
import type { FencePorts } from "../restore-fence.ts";

export interface ReaperPorts extends ReapPorts, FencePorts {
  readonly lists: ImageLists;
  /**
   * Of the stores that were made for this service, by their names; the first store first. Others' buckets are not walked:
   * what has keys like ours in them may be another installation's, whose table says whether it is in use.
   */
  readonly inventories: Inventories;
  readonly orphans: Orphans;
  readonly checkpoints: Checkpoints;
  readonly switches: Switches;
  readonly settings: Pick<
    Settings,
    "orphan_grace_days" | "reaper_max_orphans" | "reaper_max_orphan_percent" | "orphan_pass_interval"
  >;
}

export const REAPER = "reaper";
