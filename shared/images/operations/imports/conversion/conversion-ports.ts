import type { TransferStore } from "../../../ports/transfer-store.ts";
import type { Workshops } from "../../../ports/workshop.ts";
import type { ImportPorts } from "../import-ports.ts";

/** What a converter works on: it changes no image, and of tasks no more than what it says of its own work. */
export interface ConversionPorts
  extends Pick<ImportPorts, "tasks" | "stores" | "clock" | "settings" | "newId"> {
  readonly images: Pick<TransferStore, "findWithTransfer">;
  readonly queue: Pick<ImportPorts["queue"], "import">;
  readonly workshops: Workshops;
  /** Bytes of a part by its number, for tests. */
  readonly lengthOf?: (part: number) => number;
  /** How often it looks whether the conversion is still wanted, for tests. */
  readonly watchMs?: number;
}
