import type { Task } from "../../domain/task.ts";
import type { ImportPorts } from "./import-ports.ts";

/** Whether an import has had all its time: its worker ends it. */
export const isTooOld = (
  { clock, settings }: Pick<ImportPorts, "clock" | "settings">,
  { created_at }: Task,
): boolean => clock().getTime() - Date.parse(created_at) > settings.import_lifetime_max * 1000;
