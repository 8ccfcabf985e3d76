import { eachAtOnce } from "../../../each-at-once.ts";
import type { FetchState } from "../../domain/import-work.ts";
import { allParts } from "../transfers/all-parts.ts";
import type { BegunFetch } from "./begin-fetch.ts";
import { changeImport, type ImportState } from "./change-import.ts";
import { fetchMessage } from "./fetch-message.ts";
import type { FetchingPorts, FetchRun } from "./fetch-ports.ts";
import { type FetchedUpload, fetchRanges, partCount, partLength } from "./fetch-ranges.ts";
import {
  connectionsOf,
  importSourceAt,
  isFetching,
  noteFetched,
  paceOfRun,
  unfinished,
  uploadOf,
} from "./fetch-work.ts";

/** What one run fetches of large data: a minute or two where much comes at once, within its time where little does. */
const PIECE_BYTES = 4 * 1024 ** 3;
const MESSAGES_AT_ONCE = 8;
/**
 * Pieces wait in a busy queue for long, and one whose run was killed comes again by itself: only what was put aside after
 * all its tries, or lost, is handed out again. Each time doubles the pause.
 */
const FIRST_PAUSE_MS = 3_600_000;
const LONGEST_PAUSE_MS = 8 * FIRST_PAUSE_MS;

interface Piece {
  readonly from: number;
  readonly to: number;
}

function* piecesOf(upload: FetchedUpload, pieceBytes: number): Generator<Piece, void, undefined> {
  const count = partCount(upload);
  const parts = Math.max(1, Math.floor(pieceBytes / upload.partBytes));
  for (let from = 1; from <= count; from += parts) yield { from, to: Math.min(count, from + parts - 1) };
}

/** The parts that the store has whole. */
async function partsThere(upload: FetchedUpload): Promise<Set<number>> {
  const parts = await allParts(upload.target, upload.key, upload.uploadId);
  return new Set(
    parts.filter(({ number, size }) => size === partLength(upload, number)).map(({ number }) => number),
  );
}

const isWhole = (there: ReadonlySet<number>, { from, to }: Piece): boolean => {
  for (let number = from; number <= to; number++) if (!there.has(number)) return false;
  return true;
};

function isDue({ clock }: FetchingPorts, { handed_out }: FetchState): boolean {
  if (!handed_out) return true;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (handed_out.times - 1));
  return clock().getTime() - Date.parse(handed_out.at) >= pauseMs;
}

/**
 * Sends a message for each piece of large data of which something is missing, unless that was done not long ago. Sent
 * twice, it costs what is fetched twice.
 */
export async function handOutFetch(
  ports: FetchingPorts,
  begun: BegunFetch,
  upload: FetchedUpload,
  { token }: FetchRun,
): Promise<"handed out" | "fetched"> {
  const there = await partsThere(upload);
  const missing = [...piecesOf(upload, ports.pieceBytes ?? PIECE_BYTES)].filter(
    (piece) => !isWhole(there, piece),
  );
  if (missing.length === 0) return noteFetched(ports, begun, { size: upload.size });
  if (!isDue(ports, begun.fetch)) return "handed out";
  const taskId = begun.task.id;
  await eachAtOnce(missing, MESSAGES_AT_ONCE, (parts) =>
    ports.queue.fetch({ ...fetchMessage(begun.task, token), parts }, 0),
  );
  await changeImport(ports, { taskId }, ({ task: { import: work } }, now) => {
    const { times } = work.fetch?.handed_out ?? { times: 0 };
    const handed_out = { at: now.toISOString(), times: times + 1 };
    const fetch: FetchState = { round: 0, ...work.fetch, handed_out };
    return { work: { fetch } };
  });
  return "handed out";
}

/**
 * Fetches one piece, beside others that fetch others. Whoever sees that all parts are there says so.
 */
export async function fetchPiece(
  ports: FetchingPorts,
  { image, task }: ImportState,
  piece: Piece,
  run: FetchRun,
): Promise<"fetched" | "continues" | "nothing came" | "a piece" | "nothing to do"> {
  const { fetch, transfer_id: transferId } = task.import;
  if (!fetch?.facts || transferId === undefined || !isFetching(task.import, transferId))
    return "nothing to do";
  const { transfer } = await ports.images.findWithTransfer(image.id, transferId);
  if (transfer?.state !== "open") return "nothing to do";
  const begun: BegunFetch = { image, task, transfer, fetch: { ...fetch, facts: fetch.facts } };
  const upload = uploadOf(ports, transfer);
  const { pause, startDigests } = ports;
  const work = {
    ...piece,
    ...{ connections: connectionsOf(ports, run), compares: false, algorithms: [] },
    ...(pause && { pause }),
    ...(startDigests && { startDigests }),
  };
  const { isWhole: isPieceWhole, stored } = await fetchRanges(
    importSourceAt(ports, begun, run),
    upload,
    work,
    paceOfRun(ports, begun, run),
  );
  run.explain({ why: "a piece of it was fetched", evidence: { ...piece, stored } });
  if (!isPieceWhole) return unfinished(stored > 0, run);
  const all = { from: 1, to: partCount(upload) };
  return isWhole(await partsThere(upload), all)
    ? noteFetched(ports, begun, { size: upload.size })
    : "a piece";
}
