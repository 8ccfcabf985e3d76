import { RevisionConflict } from "../../../../images/ports/image-store.ts";
import type { Decision } from "../../job-run.ts";
import { type LightAudit, report } from "./light-ports.ts";

/** An image's count of its members against those it has; members are written with their image only. */
export async function judgeMembers(audit: LightAudit, imageId: string): Promise<Decision | undefined> {
  const { images } = audit.ports;
  const image = await images.find(imageId);
  if (!image) return undefined;
  const { length: count } = await images.members(imageId);
  if (count === image.member_count) return undefined;
  // Counted while somebody else wrote: it may have been right all the time.
  if ((await images.find(imageId))?.revision !== image.revision) return undefined;
  const evidence = { recorded: image.member_count, counted: count };
  const act = async () => {
    try {
      await images.commit({ image: { before: image, after: { ...image, member_count: count } } });
    } catch (error) {
      if (error instanceof RevisionConflict) return false;
      throw error;
    }
    await report(audit, { kind: "member-count-wrong", subject: imageId, imageId, evidence }, "mended");
    return true;
  };
  return { what: "correct member count", why: "the image has another number of members", evidence, act };
}
