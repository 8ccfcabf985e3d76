import type { Secrets } from "../../../aws/secrets.ts";
import type { Clock } from "../../../clock.ts";
import { isJsonObject } from "../../../json-object.ts";
import { ownValue } from "../../../own-value.ts";
import { BlobStoreFailed } from "../../ports/blob-store.ts";

/** What the secret of a store in Swift says; which of it there has to be, the store's login says. */
export interface SwiftSecret {
  /** A member that is needed. Throws BlobStoreFailed, without a word of the secret. */
  member(name: string, initial?: string): string;
}

/** What an operator changes is in use within the hour. */
const KEPT_MS = 3_600_000;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The secret of a store, a JSON object of texts. Read when it is needed, and kept for an hour; one that cannot be used is
 * read again.
 */
export function swiftSecret(
  secrets: Secrets,
  { id, store, clock }: { readonly id: string; readonly store: string; readonly clock: Clock },
): () => Promise<SwiftSecret> {
  let kept: { readonly given: unknown; readonly until: number } | undefined;
  return async () => {
    if (!kept || kept.until <= clock().getTime())
      kept = { given: parsed(await secrets.read(id)), until: clock().getTime() + KEPT_MS };
    const { given } = kept;
    return {
      member: (name, initial) => {
        const value = (isJsonObject(given) ? ownValue(given, name) : undefined) ?? initial;
        if (typeof value === "string" && value !== "") return value;
        kept = undefined;
        throw new BlobStoreFailed(
          `The image store ${store} cannot be used yet: its secret has no ${name} (docs/stores.md).`,
        );
      },
    };
  };
}
