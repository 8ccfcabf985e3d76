import type { Image } from "../domain/image.ts";
import type { ImportSource } from "./import-source.ts";

/** Which image of which Glance. */
export interface RemotePlace {
  readonly imageId: string;
  /** The region of the cloud that it is in, in any case of letters. */
  readonly region: string;
  /** The interface of its endpoint there: public, internal, admin. */
  readonly access: string;
}

/** What another Glance says of an image. */
export interface RemoteImage
  extends Pick<
    Image,
    | "status"
    | "size"
    | "disk_format"
    | "container_format"
    | "checksum"
    | "os_hash_algo"
    | "os_hash_value"
    | "properties"
  > {
  /** Where its data is, for the same login. */
  readonly dataUrl: string;
}

/** Other Glances of the cloud, as whoever has the token sees them. */
export interface RemoteGlance {
  /** Throws ImportSourceFailed, in one sentence, and SourceForbidden for an endpoint that is not fetched from. */
  find(place: RemotePlace, token: string): Promise<RemoteImage>;
  /** Data there, whose host alone is given the token. */
  source(token: string): ImportSource;
}
