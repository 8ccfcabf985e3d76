import type { ProjectLimits } from "../domain/limits.ts";

/** Who says how much each project may use. */
export interface Limits {
  /** May be some minutes old. Throws Unavailable when nobody can tell: then nothing that needs room is done. */
  of(project: string): Promise<ProjectLimits>;
}
