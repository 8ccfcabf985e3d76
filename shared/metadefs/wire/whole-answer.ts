import { TooLarge } from "../../errors.ts";
import { type ApiResponse, ok } from "../../http/api-request.ts";
import { answerBytes, MAX_ANSWER_BYTES } from "../../paging/page-bytes.ts";

/**
 * An answer that has no pages. What a namespace contains is bounded, but not what it takes of an answer: links with
 * encoded names, prefixes, and quotes that are escaped twice. Throws TooLarge instead of an answer that Lambda would cut;
 * everything in the namespace can still be shown and deleted by its name.
 */
export function wholeAnswer(document: unknown): ApiResponse {
  if (answerBytes(document) > MAX_ANSWER_BYTES) {
    throw new TooLarge(
      "The answer would be larger than a function may give: ask for its objects, properties and tags, or for one of them.",
    );
  }
  return ok(document);
}
