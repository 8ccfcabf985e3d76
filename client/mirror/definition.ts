import type { Visibility } from "../../shared/images/domain/visibility.ts";
import type { Checksum } from "../imports/checksum.ts";

/** One version of an image as a file names it. */
export interface DefinedVersion {
  /** `latest`: whatever the publisher has there now, told apart by its checksum. */
  readonly version: string;
  /** Where it comes from, for people. */
  readonly url: string;
  /** Where it is fetched, instead of there. */
  readonly mirrorUrl?: string;
  readonly checksum?: Checksum;
  /** A list in which the URL's file name has its hash. */
  readonly checksumsUrl?: string;
  /** A file that is a hash and nothing else. */
  readonly checksumUrl?: string;
  readonly osVersion?: string;
  readonly buildDate?: string;
  readonly visibility?: Visibility;
  readonly hidden?: boolean;
  /** The id that the image is to have. */
  readonly id?: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** An index of simplestreams, as Ubuntu publishes one, that says which versions there are. */
export interface Streams {
  readonly url: string;
  /** `com.ubuntu.cloud:server:24.04:amd64`. */
  readonly product: string;
  /** `disk1.img`: which of a version's files. */
  readonly item: string;
  /** How many of the newest. */
  readonly newest: number;
}

/** An image that is kept up to date, in the words of openstack-image-manager. */
export interface MirrorDefinition {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly format: string;
  readonly login?: string;
  readonly minDisk: number;
  readonly minRam: number;
  readonly visibility: Visibility;
  readonly status: "active" | "deactivated";
  /** The newest version has the bare name, the others have theirs behind it; else every version has. */
  readonly multi: boolean;
  readonly separator: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly versions: readonly DefinedVersion[];
  readonly streams?: Streams;
}
