import type { FetchState } from "../../domain/import-work.ts";
import { withLimits } from "../../domain/limits.ts";
import { FIRST_STORE } from "../../domain/location.ts";
import type { Transfer } from "../../domain/transfer.ts";
import type { SourceFacts } from "../../ports/import-source.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import { beginStage } from "./begin-stage.ts";
import { changeImport, type ImportState, readImport } from "./change-import.ts";
import { askPatiently } from "./fetch-part.ts";
import type { FetchingPorts, FetchRun } from "./fetch-ports.ts";
import { ImportFailed } from "./import-errors.ts";
import { lookAtRemote } from "./remote-image.ts";

/** An import whose data is being fetched: what the source said of it, and the transfer that it goes to. */
export interface BegunFetch extends ImportState {
  readonly transfer: Transfer;
  readonly fetch: FetchState & { readonly facts: SourceFacts };
}

/** The URL that an import's data is fetched from. */
export function sourceUrl({ task }: ImportState): string {
  const { uri } = task.import.method;
  if (uri === undefined) throw new ImportFailed("The import names no source.");
  return uri;
}

/** Looks at the source once for all runs: what it says is what all parts are held to. */
async function known(ports: FetchingPorts, taskId: string, run: FetchRun): Promise<ImportState> {
  const state = await readImport(ports, { taskId });
  if (state.task.import.fetch?.facts) return state;
  if (state.task.import.method.name === "glance-download") return lookAtRemote(ports, state, run);
  const { hasTime } = run;
  const { source, pause } = ports;
  const facts = await askPatiently(() => source.probe(sourceUrl(state)), {
    hasTime,
    ...(pause && { pause }),
  });
  const projectLimits = await limitsOf(ports.limits, state.image);
  const asked = { image_stage_total: facts.size ?? null, image_count_uploading: 0 };
  return changeImport(ports, { taskId }, ({ image, task }) => {
    if (task.import.fetch?.facts) return undefined;
    const fetch: FetchState = { round: 0, ...task.import.fetch, facts };
    return { work: { fetch }, ...withLimits(image.owner, projectLimits, asked) };
  });
}

/**
 * What is to be fetched, and where to; begun where it was not. Undefined where there is nothing to fetch any more, or not
 * yet. Throws ImportSourceFailed, SourceForbidden, TooLarge above a limit of the project.
 */
export async function beginFetch(
  ports: FetchingPorts,
  taskId: string,
  run: FetchRun,
): Promise<BegunFetch | undefined> {
  const { image, task } = await known(ports, taskId, run);
  const { step, stores, fetch } = task.import;
  // Into a folder, whose keys are used again, bytes are brought when all have come.
  const store = stores.find((id) => ports.stores.of({ store: id }).findCopied === undefined) ?? FIRST_STORE;
  const isDue =
    step === "fetch" && fetch?.facts && !fetch.fetched && !fetch.repairs && fetch.failure === undefined;
  if (!isDue || (image.staged && task.import.transfer_id === undefined)) return undefined;
  const transfer = await beginStage(ports, taskId, { store, size: fetch.facts?.size ?? null });
  return { image, task, transfer, fetch: { ...fetch, facts: fetch.facts as SourceFacts } };
}
