import type { Digests } from "../../../hashing/running-digests.ts";
import { digestNameOf } from "../../../signatures/signature-algorithms.ts";
import type { FetchState, ImportWork } from "../../domain/import-work.ts";
import { bytesOfTransfer, type Transfer } from "../../domain/transfer.ts";
import { type BegunFetch, sourceUrl } from "./begin-fetch.ts";
import { changeImport, readImport } from "./change-import.ts";
import { type FetchPace, paceOf } from "./fetch-budget.ts";
import type { SourceAt } from "./fetch-part.ts";
import type { FetchingPorts, FetchRun } from "./fetch-ports.ts";
import type { FetchedUpload } from "./fetch-ranges.ts";
import { ImportFailed } from "./import-errors.ts";
import { remoteSource } from "./remote-image.ts";

// What each way of fetching needs of an import whose fetching was begun.

const MIB = 1024 ** 2;

/** What is computed while the bytes come: the hashes of every image, what was signed, and what is expected. */
export const wantedDigests = ({ expected, signature }: ImportWork): string[] => [
  ...["md5", "sha512"],
  ...(expected ? [expected.algorithm] : []),
  ...(signature ? [digestNameOf(signature.hash_method)] : []),
];

export const importSourceAt = (ports: FetchingPorts, begun: BegunFetch, { token }: FetchRun): SourceAt => ({
  source: begun.task.import.method.name === "glance-download" ? remoteSource(ports, token) : ports.source,
  url: sourceUrl(begun),
  facts: begun.fetch.facts,
});

/** A source that brings no part in so many runs would be fetched from for as long as imports live. */
const MOST_EMPTY_RUNS = 3;

/** What became of a run that ended for want of time; throws ImportFailed where another one is of no use. */
export function unfinished(hasProgress: boolean, { emptyRuns }: FetchRun): "continues" | "nothing came" {
  if (hasProgress) return "continues";
  if (emptyRuns + 1 < MOST_EMPTY_RUNS) return "nothing came";
  throw new ImportFailed(
    `The source is too slow: ${MOST_EMPTY_RUNS} runs brought not one part of it. Offer it at a faster host, or upload it.`,
  );
}

/** After a run that brought no part all that the source gives goes to one. */
export const connectionsOf = ({ settings }: FetchingPorts, { emptyRuns }: FetchRun): number =>
  emptyRuns > 0 ? 1 : settings.import_connections;

/** The upload of a source whose length is known. */
export const uploadOf = ({ stores }: FetchingPorts, transfer: Transfer): FetchedUpload => ({
  target: stores.of(bytesOfTransfer(transfer)),
  key: transfer.key,
  uploadId: transfer.upload_id ?? "",
  size: transfer.size ?? 0,
  partBytes: transfer.part_size ?? 1,
});

/** The run's pace, which says now and then how far it has come, and sees whether it is wanted yet. */
export function paceOfRun(
  ports: FetchingPorts,
  { task, image, fetch: { facts } }: BegunFetch,
  run: FetchRun,
): FetchPace {
  const ofAll = facts.size === undefined ? "" : ` of ${Math.ceil(facts.size / MIB)}`;
  return paceOf({
    hasTime: run.hasTime,
    isOurs: run.isOurs,
    bytesPerSecond: run.bytesPerSecond,
    keepAlive: async (bytes) => {
      await readImport(ports, { taskId: task.id });
      return run.mayGoOn(`Fetched ${Math.floor(bytes / MIB)}${ofAll} MiB of image ${image.id}`);
    },
  });
}

/** Whether an import has yet to be told what came of fetching: a run that comes late has nothing to say. */
export const isFetching = (
  { step, fetch, transfer_id }: ImportWork,
  transferId: string | undefined,
): boolean =>
  step === "fetch" &&
  !fetch?.fetched &&
  fetch?.failure === undefined &&
  (transferId === undefined || transfer_id === transferId);

/** Notes that all bytes are stored, unless that is known; whoever reads them goes on. */
export async function noteFetched(
  ports: FetchingPorts,
  { task, transfer }: Pick<BegunFetch, "task" | "transfer">,
  found: {
    readonly size: number;
    readonly digests?: Digests | undefined;
    /** The parts that the digests are of. */
    readonly mark?: string | undefined;
  },
): Promise<"fetched"> {
  const { size, digests, mark = "" } = found;
  await changeImport(ports, { taskId: task.id }, ({ task: { import: work } }) => {
    if (!isFetching(work, transfer.id)) return undefined;
    const fetched = { size, ...(digests && { digests: Object.fromEntries(digests), mark }) };
    const fetch: FetchState = { round: 0, ...work.fetch, fetched };
    return { work: { fetch } };
  });
  return "fetched";
}
