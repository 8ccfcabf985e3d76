import { type Image, locationAt } from "../../domain/image.ts";
import { copyFinding } from "../integrity/copy-finding.ts";
import type { CopyingPorts, CopyTransfer } from "./copy-ports.ts";

/** Says in the finding of a damaged place what has become of it. */
export async function findingMended(
  { findings, clock }: Pick<CopyingPorts, "findings" | "clock">,
  image: Image,
  { store, key, copy: { from, replaces } }: CopyTransfer,
): Promise<void> {
  const damaged = replaces && locationAt(image, replaces)?.damaged;
  if (!replaces || !damaged) return;
  const evidence = {
    mended_by: `a copy of the bytes in ${from.store}, which was read and has the image's hashes`,
    copied_from: `${from.store}/${from.key}`,
    copied_to: `${store}/${key}`,
  };
  await findings.record(
    copyFinding({ imageId: image.id, ...replaces }, damaged.reason, {
      evidence,
      state: "mended",
      acted: true,
    }),
    clock(),
  );
}
