import { BadRequest } from "../../shared/errors.ts";

export interface RequestTarget {
  /** Path and query, to be put after the endpoint's base path. */
  readonly target: string;
  /** The path alone, not decoded. */
  readonly path: string;
}

const dotSegment = /(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\]|$)/i;

/**
 * The target of a request line. The absolute form loses its origin: requests go to the endpoint only. Dot segments
 * are refused, encoded ones too: whoever resolves them after us would leave the endpoint's base path.
 * Throws BadRequest.
 */
export function requestTarget(requestLineTarget: string): RequestTarget {
  const target = requestLineTarget.replace(/^https?:\/\/[^/?#]*/i, "").replace(/^(?=\?|$)/, "/");
  const path = target.split("?", 1)[0] ?? "";
  const decodedSlashes = path.replace(/%2f|%5c/gi, "/");
  if (!target.startsWith("/") || !/^[\x21-\x7e]*$/.test(target) || dotSegment.test(decodedSlashes)) {
    throw new BadRequest("The request's path cannot be used: it is not absolute or leaves its base.");
  }
  return { target, path };
}

export interface ImageDataPath {
  readonly imageId: string;
  readonly kind: "file" | "stage";
}

/** The image of `/v2/images/{id}/file` or `/stage`, under any version name of v2; undefined for other paths. */
export function imageDataPath(path: string): ImageDataPath | undefined {
  const match = /^\/v2(?:\.\d+)?\/images\/([^/]+)\/(file|stage)$/.exec(path);
  if (!match?.[1]) return undefined;
  try {
    return { imageId: decodeURIComponent(match[1]), kind: match[2] === "stage" ? "stage" : "file" };
  } catch {
    return undefined;
  }
}
