import type { Namespace } from "../domain/namespace.ts";
import type { NamespaceChange, NamespaceStore } from "../ports/namespace-store.ts";
import { untilUnchanged } from "./until-unchanged.ts";

/**
 * Reads, decides, writes; when somebody else was faster, reads and decides again: writers of different things both
 * survive. `decide` reads all that it decides by, and may throw a refusal. Throws NamespaceChanged after several lost
 * races. Returns the namespace as it is written now, and the change.
 */
export const changeWithRetry = <Change extends NamespaceChange>(
  namespaces: Pick<NamespaceStore, "commit">,
  decide: () => Promise<Change>,
): Promise<{ readonly written: Namespace; readonly change: Change }> =>
  untilUnchanged(async () => {
    const change = await decide();
    return { written: await namespaces.commit(change), change };
  });
