import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";
import { preconditionFailed } from "./condition-failures.ts";
import type { StoredObject } from "./store/stored-object.ts";

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * The conditional headers of a read, in RFC 9110's order of precedence. Throws PreconditionFailed (412);
 * answers whether the client's copy is still good (304).
 */
export function isNotModified(headers: Headers, object: StoredObject, prefix = ""): boolean {
  const header = (name: string) => ownValue(headers, `${prefix}${name}`);
  const [match, noneMatch] = [header("if-match"), header("if-none-match")];
  const [since, unmodifiedSince] = [
    seconds(header("if-modified-since")),
    seconds(header("if-unmodified-since")),
  ];
  const modifiedAt = Math.floor(object.modifiedAt / 1000);
  if (match !== undefined) {
    if (!namesEtag(match, object.etag)) throw preconditionFailed("If-Match");
  } else if (unmodifiedSince !== undefined && modifiedAt > unmodifiedSince) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  if (noneMatch !== undefined) return namesEtag(noneMatch, object.etag);
  return since !== undefined && modifiedAt <= since;
}

/** The same conditions on the source of a copy, where "not modified" is a refusal, too. */
export function checkSourceCondition(headers: Headers, source: StoredObject): void {
  if (isNotModified(headers, source, "x-amz-copy-source-")) {
    throw preconditionFailed("x-amz-copy-source-If-None-Match");
  }
}

const namesEtag = (header: string, etag: string): boolean =>
  header
    .split(",")
    .map((one) => one.trim().replace(/^W\//, "").replace(/^"|"$/g, ""))
    .some((one) => one === "*" || one === etag);

function seconds(date: string | undefined): number | undefined {
  if (date === undefined) return undefined;
  const milliseconds = Date.parse(date);
  if (Number.isNaN(milliseconds)) throw new AwsFailure("InvalidArgument", "Bad date in a conditional header");
  return Math.floor(milliseconds / 1000);
}
