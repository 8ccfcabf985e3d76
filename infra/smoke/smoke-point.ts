import type { World } from "./world.ts";

/** What a point needs beside the endpoint and a login. */
export type Need = "aws" | "patient" | "restore";

/** One thing that the service takes for granted and no emulator can know: docs/aws.md names each. */
export interface SmokePoint {
  readonly name: string;
  /** What the service was built for. */
  readonly assumed: string;
  readonly needs?: Need;
  /**
   * What was really done, in the words of `assumed` where it is the same; details may follow in parentheses. Undefined:
   * there was nothing to look at, for the reason in `without`.
   */
  see(world: World): Promise<string | undefined>;
  readonly without?: string;
}

/** Details in parentheses are for people. */
const withoutDetails = (seen: string): string => seen.replace(/ \(.*\)$/s, "");

export const isAsAssumed = ({ assumed }: SmokePoint, seen: string): boolean =>
  withoutDetails(seen) === assumed;
