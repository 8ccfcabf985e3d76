import { isJsonObject } from "../../shared/json-object.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { type ApiCaller, misunderstood, objectOf } from "./api-caller.ts";

/** A property that is not as a metadata definition says. */
export interface Contradiction {
  readonly property: string;
  readonly value: string;
  readonly namespace: string;
  readonly title: string | null;
  readonly description: string | null;
  /** One sentence with what is allowed. */
  readonly message: string;
}

/** What an image's properties were compared with, and what contradicts it. */
export interface MetadefCheck {
  readonly namespaces: readonly string[];
  readonly contradictions: readonly Contradiction[];
}

const isContradiction = (value: unknown): value is Contradiction =>
  isJsonObject(value) && typeof value.property === "string" && typeof value.message === "string";

/** Asks the service to compare an image that is there with the definitions that the caller sees. Throws ApiRefused. */
export async function checkMetadefs(call: ApiCaller, imageId: string): Promise<MetadefCheck> {
  const answer = await call("GET", `/v2/images/${encodeURIComponent(imageId)}/metadefs`).catch(
    (error: unknown) => {
      if (error instanceof ApiRefused && error.status === 404)
        throw new Error("this image service does not compare images with metadata definitions");
      throw error;
    },
  );
  const { namespaces, contradictions } = objectOf(answer) as Record<string, unknown>;
  if (!Array.isArray(namespaces) || !Array.isArray(contradictions) || !contradictions.every(isContradiction))
    throw misunderstood();
  return { namespaces: namespaces.map(String), contradictions };
}
