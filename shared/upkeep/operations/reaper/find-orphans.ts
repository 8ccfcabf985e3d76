import { keysInUse } from "../../../images/domain/object-key.ts";
import type { JobRun } from "../job-run.ts";
import { isOld, orphansYoungSince } from "./age.ts";
import { claimOn } from "./claim.ts";
import type { Candidate, OrphanCursor } from "./orphan-cursor.ts";
import { ownerOfListed, seenOwners } from "./owners-seen.ts";
import type { ReaperPorts } from "./reaper-ports.ts";

/** Reads of the table at once. */
const AT_ONCE = 20;

/** An entry of the store's list; `since` absent: of unknown age. With its mark, where the store uses keys again. */
export type Listed = Omit<Candidate, "since"> & { readonly since?: string; readonly etag?: string };

interface Found {
  readonly ours: number;
  readonly orphans: readonly Candidate[];
}

/** Which of a page of the store's list nothing refers to. One that cannot be judged is none. */
export async function findOrphans(
  ports: Pick<ReaperPorts, "images" | "clock" | "settings">,
  run: JobRun,
  listed: readonly Listed[],
  pending: ReadonlySet<string>,
): Promise<Found> {
  const { images, clock, settings } = ports;
  const young = orphansYoungSince(clock(), settings.orphan_grace_days);
  // Image, transfer and deletion are asked for the key alone: whatever they name in another store keeps it here, too.
  const ours = listed.filter(ownerOfListed);
  run.bounds.spend({ objects: ours.length });
  const orphans: Candidate[] = [];

  const judge = async ({ since, etag, ...entry }: Listed): Promise<void> => {
    const owner = ownerOfListed({ key: entry.key, etag });
    if (!owner || since === undefined || !isOld(since, young) || pending.has(entry.key)) {
      run.tally.saw();
      return;
    }
    await run.consider({ kind: entry.uploadId ? "upload" : "object", id: entry.key }, async () => {
      // Nearly every object is its image's: one read says so.
      const image = await images.find(owner.imageId);
      if (image && keysInUse(image).includes(entry.key)) return undefined;
      const seen = await seenOwners(images, owner);
      if (claimOn(entry.key, seen, young) === undefined) orphans.push({ ...entry, since });
      return undefined;
    });
  };
  for (let at = 0; at < ours.length; at += AT_ONCE)
    await Promise.all(ours.slice(at, at + AT_ONCE).map(judge));
  return { ours: ours.length, orphans: orphans.sort((one, other) => (one.key < other.key ? -1 : 1)) };
}

/** The cursor after a page, with what was found on it. */
export function withFound(
  cursor: OrphanCursor,
  kind: "orphanObjects" | "orphanUploads",
  orphans: readonly Candidate[],
  most: number,
): OrphanCursor {
  return {
    ...cursor,
    [kind]: cursor[kind] + orphans.length,
    candidates: [...cursor.candidates, ...orphans].slice(0, most),
  };
}
