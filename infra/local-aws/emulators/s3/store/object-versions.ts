import { randomBytes } from "node:crypto";
import type { DeleteMarker, ObjectVersion, StoredObject } from "./stored-object.ts";

/**
 * What a key holds, newest first. The first is the current version: an object, or a delete marker, and then there is
 * no object to readers. Without versioning there is one, without an id (S3 shows it as `null`).
 */
export type Versions = readonly ObjectVersion[];

export const isMarker = (version: ObjectVersion): version is DeleteMarker => "isDeleteMarker" in version;

export const currentObject = (versions: Versions | undefined): StoredObject | undefined => {
  const [current] = versions ?? [];
  return current === undefined || isMarker(current) ? undefined : current;
};

const newVersionId = (): string => randomBytes(24).toString("base64url");

const noncurrent = (versions: Versions, since: number): Versions =>
  versions.map((version) =>
    version.noncurrentSince === undefined ? { ...version, noncurrentSince: since } : version,
  );

/** What stays below a new current version: all of it, or, where versioning is off or suspended, all but `null`. */
const below = (versions: Versions, isVersioned: boolean, now: number): Versions =>
  noncurrent(isVersioned ? versions : versions.filter(({ versionId }) => versionId !== undefined), now);

/** A new object on top. */
export function withObject(
  versions: Versions,
  object: StoredObject,
  isVersioned: boolean,
  now: number,
): Versions {
  return [
    isVersioned ? { ...object, versionId: newVersionId() } : object,
    ...below(versions, isVersioned, now),
  ];
}

/**
 * After a deletion that names no version: a delete marker on top, even of nothing where versioning is on. Without
 * versioning nothing is left, but for what it kept while it was on (S3 user guide, "Working with delete markers").
 */
export function withoutObject(versions: Versions, key: string, isVersioned: boolean, now: number): Versions {
  const left = below(versions, isVersioned, now);
  if (!isVersioned && left.length === 0) return [];
  const marker: DeleteMarker = { key, isDeleteMarker: true, modifiedAt: now };
  return [isVersioned ? { ...marker, versionId: newVersionId() } : marker, ...left];
}

/** After the removal of some versions: what is on top then is current again. */
export function withoutVersions(
  versions: Versions,
  isRemoved: (version: ObjectVersion) => boolean,
): Versions {
  const [top, ...rest] = versions.filter((version) => !isRemoved(version));
  if (top === undefined) return [];
  const { noncurrentSince, ...current } = top;
  return [current, ...rest];
}

/** As the API shows it. */
export const shownVersionId = ({ versionId }: ObjectVersion): string => versionId ?? "null";
