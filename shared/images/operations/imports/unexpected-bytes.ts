import type { Digests } from "../../../hashing/running-digests.ts";
import type { ExpectedChecksum } from "../../domain/import-work.ts";

/** How often bytes that are not the expected ones are fetched again. */
export const MOST_ROUNDS = 2;

/** What is wrong with bytes that are not the expected ones, and what to do. */
export const unexpectedBytes = (expected: ExpectedChecksum | undefined, found: Digests): string => {
  const { algorithm = "", value = "" } = expected ?? {};
  return (
    `The data has the ${algorithm} ${found.get(algorithm)}, not ${value}, which was expected: compare the ` +
    "checksum with the publisher's, then import it again."
  );
};
