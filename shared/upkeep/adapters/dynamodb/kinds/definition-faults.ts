import { setPrefix } from "../../../../metadefs/adapters/dynamodb/keys.ts";
import type { Stored } from "../../../../metadefs/adapters/dynamodb/namespace-record.ts";
import { collections } from "../../../../metadefs/domain/definitions.ts";
import type { DefinitionSums } from "../definition-sums.ts";
import type { FoundFault } from "./record-kind.ts";

const nothing = { count: 0, bytes: 0, revisions: 0 };

/**
 * Collections of a namespace that hold something else than its record counts. Nothing else says what a lost definition
 * was, so only a person can put it right.
 */
export const definitionFaults = ({ namespace, contained }: Stored, sums: DefinitionSums): FoundFault[] =>
  collections.flatMap((collection) => {
    const recorded = contained[collection];
    const found = sums.get(setPrefix(collection, recorded.set)) ?? nothing;
    const isSame =
      found.count === recorded.count &&
      found.bytes === recorded.bytes &&
      found.revisions === recorded.revisions;
    if (isSame) return [];
    return [
      {
        kind: found.count < recorded.count ? "definitions-lost" : "definitions-wrong",
        subject: `${namespace.id} ${collection}`,
        evidence: {
          namespace: namespace.id,
          name: namespace.namespace,
          revision: namespace.revision,
          recorded_count: recorded.count,
          counted: found.count,
          recorded_bytes: recorded.bytes,
          counted_bytes: found.bytes,
        },
      },
    ];
  });
