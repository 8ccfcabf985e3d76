import type { Key } from "../../../aws/table-key.ts";

/** What a job keeps between its runs lies in a partition of its own, so that no job can write another's. */
export const upkeepKey = (job: string, sk: string): Key => ({ pk: `upkeep#${job}`, sk });
