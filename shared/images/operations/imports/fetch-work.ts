import { digestNameOf } from "../../../signatures/signature-algorithms.ts";
import type { ImportWork } from "../../domain/import-work.ts";
import { bytesOfTransfer, type Transfer } from "../../domain/transfer.ts";
import { type BegunFetch, sourceUrl } from "./begin-fetch.ts";
import { changeImport, readImport } from "./change-import.ts";
import { type FetchPace, paceOf } from "./fetch-budget.ts";
import type { SourceAt } from "./fetch-part.ts";
import type { FetchingPorts, FetchRun } from "./fetch-ports.ts";
import type { FetchedUpload } from "./fetch-ranges.ts";
import type { Digests } from "./ordered-hashes.ts";
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
  const { settings } = ports;
  const ofAll = facts.size === undefined ? "" : ` of ${Math.ceil(facts.size / MIB)}`;
  return paceOf({
    hasTime: run.hasTime,
    isOurs: run.isOurs,
    bytesPerSecond: settings.import_bytes_per_second,
    keepAlive: async (bytes) => {
      await readImport(ports, { taskId: task.id });
      return run.mayGoOn(`Fetched ${Math.floor(bytes / MIB)}${ofAll} MiB of image ${image.id}`);
    },
  });
}

/** Notes that all bytes are stored; whoever reads them goes on. */
export async function noteFetched(
  ports: FetchingPorts,
  taskId: string,
  fetched: {
    readonly size: number;
    readonly digests?: Digests | undefined;
    /** The parts that the digests are of. */
    readonly mark?: string | undefined;
  },
): Promise<"fetched"> {
  const { size, digests, mark = "" } = fetched;
  await changeImport(
    ports,
    { taskId },
    ({ task: { import: work } }) =>
      work.fetch && {
        work: {
          fetch: {
            ...work.fetch,
            fetched: { size, ...(digests && { digests: Object.fromEntries(digests), mark }) },
          },
        },
      },
  );
  return "fetched";
}
