import type { DigestName } from "../../../signatures/signature-algorithms.ts";
import { digestNameOf } from "../../../signatures/signature-algorithms.ts";
import type { FetchState, ImportWork } from "../../domain/import-work.ts";
import { examineStored } from "../transfers/examine-stored.ts";
import { changeImport } from "./change-import.ts";
import { ImportFailed } from "./import-errors.ts";
import type { ImportPorts, ImportRun, StepOutcome } from "./import-ports.ts";
import { MOST_ROUNDS, unexpectedBytes } from "./unexpected-bytes.ts";

/** Whether fetching again can bring other bytes, and finds which. */
const mayRepair = ({ fetch, method }: ImportWork): boolean =>
  // Its login is gone by now.
  method.name !== "glance-download" &&
  fetch?.facts?.ranges === true &&
  fetch.facts.size !== undefined &&
  fetch.round < MOST_ROUNDS;

const signedDigest = ({ signature }: ImportWork): DigestName | undefined =>
  signature && digestNameOf(signature.hash_method);

/** What is computed besides the hashes of every image: the expected digest, or that which was signed. */
function digestFor(work: ImportWork): DigestName | undefined {
  const expected = work.expected?.algorithm;
  return expected === "md5" || expected === "sha512" ? signedDigest(work) : expected;
}

/**
 * Compares staged bytes with the hash that is expected of the source, where nobody did while they came: reads all of them
 * once, as a part of which the hashes of the image are known. Other bytes are compared with the source, part by part,
 * where it gives ranges.
 */
export async function verifyFetched(
  ports: ImportPorts,
  { image, task, mayGoOn }: ImportRun,
): Promise<StepOutcome> {
  const { staged } = image;
  if (!staged) throw new ImportFailed("The staged data is gone: stage it again.");
  const work = task.import;
  const name = digestFor(work);
  const found = await examineStored(ports.stores.of(staged), staged, work.hashing, {
    mayRead: () => mayGoOn("Reading the data"),
    save: (progress) => ports.tasks.saveTaskHashing(task.id, progress),
    ...(name && { signedDigest: name }),
  });
  if (found.outcome === "unfinished") return "continues";
  if (found.outcome === "overtaken") return "waits";
  if (found.outcome === "damaged")
    throw new ImportFailed(`The staged data is damaged (${found.damage.kind}): import it again.`);
  const { checksum, os_hash_value, signed } = found.hashes;
  const digests = new Map([
    ["md5", checksum],
    ["sha512", os_hash_value],
  ]);
  if (name && signed !== undefined) digests.set(name, signed);
  const { expected } = work;
  const signedName = signedDigest(work);
  // Absent where another digest than the expected one was signed: the next step reads the data for it.
  const ofSigner = signedName && digests.get(signedName);
  const hashes = { checksum, os_hash_value, ...(ofSigner !== undefined && { signed: ofSigner }) };
  const isRight = !expected || digests.get(expected.algorithm) === expected.value;
  if (!isRight && !mayRepair(work)) throw new ImportFailed(unexpectedBytes(expected, digests));
  await changeImport(ports, { taskId: task.id }, ({ task: { import: now } }) => {
    if (isRight) return { work: { step: "plugins", hashing: undefined, hashes } };
    const fetch: FetchState = { round: 0, ...now.fetch };
    return { work: { hashing: undefined, fetch: { ...fetch, round: fetch.round + 1, repairs: true } } };
  });
  return "done";
}
