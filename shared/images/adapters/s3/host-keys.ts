import type { Secrets } from "../../../aws/secrets.ts";
import { isJsonObject } from "../../../json-object.ts";
import { BlobStoreFailed } from "../../ports/blob-store.ts";

/** Keys of an S3, as its client takes them. */
export interface HostKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** When they are read again. */
  readonly expiration: Date;
}

/** Keys that an operator changes are in use within the hour. */
const KEPT_MS = 3_600_000;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The keys of a store on another host, out of a secret with the JSON `{"access_key": …, "secret_key": …}`. Read when a
 * request needs them, and kept for an hour. Throws BlobStoreFailed for a secret that has none; it never tells its text.
 */
export const hostKeys =
  (secrets: Secrets, secretId: string, host: string, now: () => number = Date.now) =>
  async (): Promise<HostKeys> => {
    const given = parsed(await secrets.read(secretId));
    const { access_key: accessKeyId, secret_key: secretAccessKey } = isJsonObject(given) ? given : {};
    const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
    if (!isText(accessKeyId) || !isText(secretAccessKey))
      throw new BlobStoreFailed(
        `The image store at ${host} cannot be used yet: its secret has no access_key and secret_key.`,
      );
    return { accessKeyId, secretAccessKey, expiration: new Date(now() + KEPT_MS) };
  };
