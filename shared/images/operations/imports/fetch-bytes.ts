import type { Digests } from "../../../hashing/running-digests.ts";
import type { FetchState, ImportWork } from "../../domain/import-work.ts";
import { bytesOfTransfer } from "../../domain/transfer.ts";
import type { BegunFetch } from "./begin-fetch.ts";
import { changeImport, type ImportState } from "./change-import.ts";
import type { FetchingPorts, FetchRun } from "./fetch-ports.ts";
import { fetchRanges, partCount } from "./fetch-ranges.ts";
import { fetchStream } from "./fetch-stream.ts";
import {
  connectionsOf,
  importSourceAt,
  noteFetched,
  paceOfRun,
  unfinished,
  uploadOf,
  wantedDigests,
} from "./fetch-work.ts";
import { partsMark } from "./fetched-parts.ts";
import { handOutFetch } from "./hand-out-fetch.ts";
import { ImportFailed } from "./import-errors.ts";
import { stageRoom } from "./stage-room.ts";
import { MOST_ROUNDS, unexpectedBytes } from "./unexpected-bytes.ts";

/** Notes another look at bytes that are not the expected ones; throws ImportFailed where that would be of no use. */
async function nextRound(ports: FetchingPorts, { task }: ImportState, found: Digests, isUseful: boolean) {
  const { expected } = task.import;
  const round = (task.import.fetch?.round ?? 0) + 1;
  if (!isUseful || round > MOST_ROUNDS) throw new ImportFailed(unexpectedBytes(expected, found));
  await changeImport(ports, { taskId: task.id }, ({ task: { import: work } }) => {
    const fetch: FetchState = { ...work.fetch, round };
    return { work: { fetch } };
  });
}

const isExpected = ({ expected }: ImportWork, digests: Digests): boolean =>
  expected === undefined || digests.get(expected.algorithm) === expected.value;

/** Parts are asked for where a change of the source is seen, by its mark or by the hash of all. */
const isInParts = ({ transfer, fetch: { facts }, task }: BegunFetch): boolean =>
  facts.ranges && transfer.size !== null && (facts.mark !== undefined || task.import.expected !== undefined);

async function fetchInParts(ports: FetchingPorts, begun: BegunFetch, run: FetchRun) {
  const { task, fetch, transfer } = begun;
  const { settings, pause, startDigests } = ports;
  const upload = uploadOf(ports, transfer);
  const compares = fetch.round > 0;
  if (!compares && upload.size > settings.import_fan_out_size) return handOutFetch(ports, begun, upload, run);
  const work = {
    ...{ from: (fetch.compared ?? 0) + 1, to: partCount(upload), compares },
    ...{ connections: connectionsOf(ports, run), algorithms: wantedDigests(task.import) },
    ...(pause && { pause }),
    ...(startDigests && { startDigests }),
  };
  const found = await fetchRanges(
    importSourceAt(ports, begun, run),
    upload,
    work,
    paceOfRun(ports, begun, run),
  );
  const { isWhole, upTo, stored, replaced, digests, mark } = found;
  run.explain({ why: "its parts were fetched", evidence: { parts: work.to, stored, replaced, up_to: upTo } });
  if (!isWhole) {
    if (compares)
      await changeImport(
        ports,
        { taskId: task.id },
        ({ task: { import: now } }) => now.fetch && { work: { fetch: { ...now.fetch, compared: upTo } } },
      );
    return unfinished(stored > 0 || (compares && upTo >= work.from), run);
  }
  if (!digests || isExpected(task.import, digests))
    return noteFetched(ports, begun, { size: upload.size, digests, mark });
  await nextRound(ports, begun, digests, !compares || replaced > 0);
  return "again";
}

async function fetchAsItComes(ports: FetchingPorts, begun: BegunFetch, run: FetchRun) {
  const { task, transfer, image, fetch } = begun;
  const { pause, startDigests } = ports;
  const { key, upload_id: uploadId = "" } = transfer;
  const found = await fetchStream(
    importSourceAt(ports, begun, run),
    {
      ...{ target: ports.stores.of(bytesOfTransfer(transfer)), key, uploadId },
      ...(fetch.facts.size === undefined && { most: await stageRoom(ports, image) }),
    },
    {
      algorithms: wantedDigests(task.import),
      ...(pause && { pause }),
      ...(startDigests && { startDigests }),
    },
    paceOfRun(ports, begun, run),
  );
  const { size, stored, digests, parts } = found;
  run.explain({ why: "it was fetched in one go", evidence: { size, stored } });
  if (isExpected(task.import, digests))
    return noteFetched(ports, begun, { size, digests, mark: partsMark(parts) });
  await nextRound(ports, begun, digests, begun.fetch.round === 0 || stored > 0);
  return "again";
}

/**
 * Fetches what was begun, in the way that the source allows. Bytes that have another hash than expected are fetched again
 * and compared, MOST_ROUNDS times while that changes anything.
 */
export const fetchBytes = (ports: FetchingPorts, begun: BegunFetch, run: FetchRun) =>
  begun.fetch.facts.size === 0
    ? noteFetched(ports, begun, { size: 0 })
    : isInParts(begun)
      ? fetchInParts(ports, begun, run)
      : fetchAsItComes(ports, begun, run);
