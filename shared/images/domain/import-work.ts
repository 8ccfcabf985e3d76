import type { Image, SignatureEvidence } from "./image.ts";
import type { StoredBytes } from "./location.ts";
import type { HashProgress, Hold, TransferSignature } from "./transfer.ts";

/** Glance's ways to import. */
export const importMethods = ["glance-direct", "web-download", "copy-image", "glance-download"] as const;
export type ImportMethodName = (typeof importMethods)[number];

/** How the bytes are come by. What no method needs of a request's `method` is dropped. */
export interface ImportMethod {
  readonly name: ImportMethodName;
  /** May hold a secret: for its owner and admins only, and for no log. */
  readonly uri?: string;
  readonly glance_image_id?: string;
  readonly glance_region?: string;
  readonly glance_service_interface?: string;
}

/**
 *     fetch ──► plugins ──► read ──► place ──► (over)
 *
 * Staged bytes begin with plugins, those that an image has already with place.
 */
export const importSteps = ["fetch", "plugins", "read", "place"] as const;
export type ImportStep = (typeof importSteps)[number];

/** What reading all staged bytes has shown: what the image will say of them. */
export interface ReadBytes {
  readonly size: number;
  readonly checksum: string;
  readonly os_hash_value: string;
  readonly virtual_size: number | null;
  /** What they were inspected as. */
  readonly disk_format: string | null;
  readonly container_format: string | null;
  readonly verified_at: string;
  readonly signature?: SignatureEvidence;
}

/** A hash that the bytes of the source must have. */
export interface ExpectedChecksum {
  readonly algorithm: "md5" | "sha224" | "sha256" | "sha384" | "sha512";
  /** Hex, lower case. */
  readonly value: string;
}

/** How far fetching has come of data at another host. */
export interface FetchState {
  /** What the source said of it, when it was looked at. */
  readonly facts?: { readonly size?: number; readonly mark?: string; readonly ranges: boolean };
  /** How often all of it was fetched and had another hash than expected: then its parts are compared. */
  readonly round: number;
  /** Up to this part the ones of this round are compared. */
  readonly compared?: number;
  /** When its pieces were handed out the last time, and how often. */
  readonly handed_out?: { readonly at: string; readonly times: number };
  /** The parts that are to be compared are those of the staged bytes, which have yet to be copied. */
  readonly repairs?: true;
  /** All of it is stored, in an upload that has yet to be completed. Digests are there where one run has seen all bytes. */
  readonly fetched?: {
    readonly size: number;
    readonly digests?: Readonly<Record<string, string>>;
    /** Tells the parts that the digests are of: nobody has seen what was stored in their places since. */
    readonly mark?: string;
  };
  /** Why it comes to nothing. */
  readonly failure?: string;
}

/** How far a converter has come with the staged bytes. */
export interface ConversionState {
  /** The transfer that brings what it makes of them. */
  readonly transfer_id: string;
  /** When a converter was sent for the last time. */
  readonly asked_at: string;
  /** Runs that were begun and have not ended in order. */
  readonly runs: number;
  /** All of it is stored, in an upload that has yet to be completed. */
  readonly done?: {
    readonly size: number;
    readonly disk_format: string;
    readonly virtual_size: number | null;
    /** Tells the parts that it said so of: another converter may have stored one in their places since. */
    readonly mark: string;
  };
  /** Why it comes to nothing. */
  readonly failure?: string;
}

/** What an import has yet to do, for whichever run goes on with it. */
export interface ImportWork {
  readonly method: ImportMethod;
  /** The stores that it goes to, in order. */
  readonly stores: readonly string[];
  readonly all_stores_must_succeed: boolean;
  readonly step: ImportStep;
  /** What brings staged bytes, or makes other ones of them. */
  readonly transfer_id?: string;
  readonly fetch?: FetchState;
  /** When a message with the login of whoever asked was there, as long as nothing is known of the data. */
  readonly login_seen_at?: string;
  /** How far the staged bytes are read. */
  readonly hashing?: HashProgress;
  /** Hashes of the staged bytes, where they were made while the bytes came. Not for bytes that a plugin has changed. */
  readonly hashes?: { readonly checksum: string; readonly os_hash_value: string; readonly signed?: string };
  readonly read?: ReadBytes;
  /** Where it has brought the image, in which of those stores. */
  readonly placed: readonly StoredBytes[];
  /** Those of them that do not get it. */
  readonly failed: readonly string[];
  /** One for each run in which a store failed by what may pass: its id. */
  readonly stumbled?: readonly string[];
  readonly plugins_done: readonly string[];
  readonly conversion?: ConversionState;
  readonly expected?: ExpectedChecksum;
  /** The signer that was found when the import was asked for, by whose login it was. */
  readonly signature?: TransferSignature;
  /** The tasks whose lock it took over, one from the other: what they have under way is ended first. */
  readonly preempts?: readonly string[];
  /** Roles of whoever asked for it: some plugins leave out some users. */
  readonly roles: readonly string[];
  /** The image's attributes as they were before the import changed them; a failure gives them back. */
  readonly restore?: Partial<Pick<Image, "disk_format" | "container_format" | "properties">> & {
    /** Properties that it has set; `properties` has what those of them were that were there. */
    readonly set?: readonly string[];
  };
  /** The run that has it in hand. */
  readonly hold?: Hold;
  /** Runs that ended by an unexpected error. */
  readonly attempts: number;
}
