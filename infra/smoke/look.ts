import { isAsAssumed, type Need, type SmokePoint } from "./smoke-point.ts";
import type { World } from "./world.ts";

export interface Seen {
  readonly point: string;
  readonly assumed: string;
  readonly seen: string;
  /** Undefined: nobody looked. */
  readonly isAsAssumed?: boolean;
}

/** Why a point is not looked at that needs this. */
const ways: Readonly<Record<Need, string>> = {
  aws: "give --outputs FILE (of cdk deploy --outputs-file) or --bucket and --table, with AWS credentials",
  patient: "give --patient; it takes as long as upload_url_expires, an hour by default",
  restore:
    "give --restore besides; it restores the table beside itself, which takes from some minutes to hours and is billed, and deletes it",
};

/** Looks at one point; a point that throws has been seen to be different. */
export async function look(point: SmokePoint, world: World, has: ReadonlySet<Need>): Promise<Seen> {
  const { name, assumed, needs, without = "" } = point;
  const row = { point: name, assumed };
  if (needs !== undefined && !has.has(needs)) return { ...row, seen: `not looked at: ${ways[needs]}` };
  try {
    const seen = await point.see(world);
    if (seen === undefined) return { ...row, seen: `not looked at: ${without}` };
    return { ...row, seen, isAsAssumed: isAsAssumed(point, seen) };
  } catch (error) {
    return { ...row, seen: (error as Error).message || String(error), isAsAssumed: false };
  }
}
