import type { S3StoreSetting, SwiftStoreSetting } from "./store-setting.ts";

/** What the secret of a store has to say. */
interface SecretForm {
  /** Texts that are of the other side: the operator writes them into a secret that was made. */
  readonly given: readonly string[];
  /** What is drawn at random when the secret is made; the other side is told it, or it is replaced. */
  readonly drawn: string;
  /** What may be said besides. */
  readonly optional: readonly string[];
}

/** By the type of the store, and by how it is logged in at. */
export function storeSecretForm(store: S3StoreSetting | SwiftStoreSetting): SecretForm {
  if (store.type === "s3") return { given: ["access_key"], drawn: "secret_key", optional: [] };
  const drawn = "temp_url_key";
  if (store.authVersion === 1) return { given: ["username", "password"], drawn, optional: [] };
  if (store.project !== undefined)
    return { given: ["username", "password"], drawn, optional: ["user_domain_name"] };
  return {
    given: ["application_credential_id", "application_credential_secret"],
    drawn,
    optional: [],
  };
}
