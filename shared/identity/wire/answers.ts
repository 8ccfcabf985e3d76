import type { ApiRequest, ApiResponse } from "../../http/api-request.ts";
import type { Document } from "./documents.ts";

const baseOf = ({ publicUrl }: ApiRequest): string => `${publicUrl}/v3`;

/** `{"project": {…}}`. */
export const one = (request: ApiRequest, name: string, document: Document, status = 200): ApiResponse => ({
  status,
  body: { [name]: document(baseOf(request)) },
});

/** `{"projects": […], "links": {…}}`; `truncated` only where there is more, as Keystone says it. */
export const many = (
  request: ApiRequest,
  name: string,
  documents: readonly Document[],
  truncated = false,
): ApiResponse => ({
  status: 200,
  body: {
    [name]: documents.map((document) => document(baseOf(request))),
    links: { self: `${request.publicUrl}${request.path}`, previous: null, next: null },
    ...(truncated && { truncated }),
  },
});
