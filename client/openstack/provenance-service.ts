import type { ApiCaller } from "./api-caller.ts";

/** Signed statements about images, which other image services have not. What is answered is looked at by whoever asks. */
export interface ProvenanceService {
  /** The envelope, as it came. Throws ApiRefused. */
  envelope(imageId: string): Promise<string>;
  /** The public keys, as a JWK set. Throws ApiRefused. */
  keys(): Promise<string>;
}

export const provenanceService = (call: ApiCaller): ProvenanceService => {
  const textAt = async (path: string) => (await call("GET", path)).body.toString("utf8");
  return {
    envelope: (imageId) => textAt(`/v2/images/${encodeURIComponent(imageId)}/provenance`),
    keys: () => textAt("/v2/provenance/keys"),
  };
};
