import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../../../shared/clock.ts";
import { dynamodbNamespaceStore } from "../../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import { faulty, InjectedFault } from "../../fakes/faulty.ts";
import { added, aNamespace, event, tag } from "./some-namespaces.ts";

const many = Array.from({ length: 120 }, (_, n) => `${n}`);
const created_at = "2026-01-01T00:00:00.000Z";
/** The work record and five batches come before the transaction. */
const TRANSACTION = 7;

/** New namespaces whose writers were killed right before their transaction, and right behind it. */
export async function unfinishedChanges(
  documents: DynamoDBDocumentClient,
  newId: () => string,
  { old, young }: { readonly old: Clock; readonly young: Clock },
): Promise<void> {
  for (const [clock, call] of [
    [old, TRANSACTION],
    [old, TRANSACTION + 1],
    [young, TRANSACTION],
  ] as const) {
    const { ports } = faulty({ documents }, { call, moment: "before" });
    const id = newId();
    await dynamodbNamespaceStore(ports.documents, "images", clock)
      .commit({
        before: undefined,
        after: aNamespace({ id, namespace: `of ${id}`, created_at, updated_at: created_at }),
        writes: added(
          "tags",
          many.map((name) => ({ ...tag(name), created_at })),
        ),
        events: many.map((what) => event(what)),
      })
      .catch((error: unknown) => {
        if (!(error instanceof InjectedFault)) throw error;
      });
  }
}
