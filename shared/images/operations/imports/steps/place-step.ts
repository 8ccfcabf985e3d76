import { eachAtOnce } from "../../../../each-at-once.ts";
import { imageEvent } from "../../../domain/image-events.ts";
import { leftWith, withStoreLists } from "../../../domain/import-lock.ts";
import { RevisionConflict } from "../../../ports/image-store.ts";
import { isRefusal } from "../../is-refusal.ts";
import { limitsOf } from "../../quotas/limits-of.ts";
import { changeImport } from "../change-import.ts";
import { endImport } from "../end-import.ts";
import { ImportFailed, ImportLost, ImportOver } from "../import-errors.ts";
import type { ImportPorts, ImportRun, Step } from "../import-ports.ts";
import { endTransfers } from "../import-transfers.ts";
import { placeCopy } from "../place-copy.ts";
import { storesLeft, takingPlace } from "../take-place.ts";

/** A store that is slow keeps no other from its copy. Each has two parts in memory, and then two ranges that are hashed. */
const STORES_AT_ONCE = 3;
/** A store that failed in so many runs is one that does not get the image. */
const RUNS_OF_A_STORE = 5;

/** The staged object becomes one of the image's places: no byte moves. */
async function adoptStaged(ports: ImportPorts, { image, task }: ImportRun): Promise<void> {
  const projectLimits = await limitsOf(ports.limits, image);
  await changeImport(ports, { taskId: task.id }, (state) => {
    const { staged } = state.image;
    if (!staged || !storesLeft(state.task.import).includes(staged.store)) return undefined;
    return takingPlace(state, staged, projectLimits);
  });
}

const isOfTheImport = (error: unknown): boolean =>
  error instanceof ImportLost || error instanceof ImportOver || error instanceof RevisionConflict;

/** A refusal that the same bytes will get from this store at each attempt. */
const isFinal = (error: unknown): error is Error => error instanceof ImportFailed || isRefusal(error);

/** Counts a run in which a store failed; whether it was its last one. */
async function noteFailedRun(ports: ImportPorts, { task }: ImportRun, store: string): Promise<boolean> {
  const { task: noted } = await changeImport(ports, { taskId: task.id }, ({ task: now }) => ({
    work: { stumbled: [...(now.import.stumbled ?? []), store] },
  }));
  return (noted.import.stumbled ?? []).filter((one) => one === store).length >= RUNS_OF_A_STORE;
}

/** Notes that a store does not get the image; where all must get it the import has failed. */
async function giveUpStore(ports: ImportPorts, { task }: ImportRun, store: string, reason: string) {
  const { all_stores_must_succeed } = task.import;
  await endTransfers(ports, task, { message: reason, store });
  await changeImport(ports, { taskId: task.id }, (state) => {
    const { image } = state;
    const { failed } = state.task.import;
    if (failed.includes(store)) return undefined;
    const after = { ...image, properties: withStoreLists(image, leftWith(image, [store], true)) };
    return {
      image: after,
      work: { failed: [...failed, store] },
      events: [imageEvent("image.update", after)],
    };
  });
  if (all_stores_must_succeed) throw new ImportFailed(`Store ${store}: ${reason}`);
}

/**
 * Brings the bytes to each store that the import goes to: to the one where they are staged by taking them as they are, to
 * the others by copies that are read and compared. After the last one the import is over.
 */
export const placeStep: Step = (ports) => async (run) => {
  const { task, explain } = run;
  await adoptStaged(ports, run);
  const { task: adopted } = await changeImport(ports, { taskId: task.id }, () => undefined);
  const left = storesLeft(adopted.import);
  const failures: unknown[] = [];
  const isWhole = await eachAtOnce(left, STORES_AT_ONCE, async (store) => {
    try {
      return await placeCopy(ports, run, store);
    } catch (error) {
      if (isOfTheImport(error)) throw error;
      if (isFinal(error)) return giveUpStore(ports, run, store, error.message);
      if (await noteFailedRun(ports, run, store))
        return giveUpStore(ports, run, store, "the store fails again and again.");
      failures.push(error);
      return true;
    }
  });
  explain({
    why: "its bytes go to their stores",
    evidence: { stores: left.join(", "), failures: failures.length },
  });
  if (failures.length > 0) throw failures[0];
  if (!isWhole) return "continues";
  await endImport(ports, task.id);
  return "done";
};
