import { STATUS_CODES } from "node:http";
import type { GlanceError } from "../errors.ts";
import { acceptsJson } from "./accepts-json.ts";
import type { ApiRequest, ApiResponse } from "./api-request.ts";

/** What of a request decides the form of an error. */
export type FaultRequest = Pick<ApiRequest, "headers" | "publicUrl">;
export type FaultForm = (error: GlanceError, request: FaultRequest) => ApiResponse;

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Glance's words (WebOb's) where Node's are other ones. */
const titles: Readonly<Record<number, string>> = {
  413: "Request Entity Too Large",
  416: "Requested Range Not Satisfiable",
};

/**
 * Glance's error bodies. JSON only for those who name it, several lines of HTML for everybody else, an empty or
 * absent Accept included: with text/plain no client shows the text (docs/reference/clients.md, "Error texts").
 */
export const glanceFault: FaultForm = (error, { headers, publicUrl }) => {
  const title = titles[error.status] ?? STATUS_CODES[error.status] ?? "Error";
  const challenge: Record<string, string> =
    error.status === 401 ? { "WWW-Authenticate": `Keystone uri="${publicUrl}/v3"` } : {};
  const answer = { status: error.status, headers: { ...error.headers, ...challenge } };
  if (acceptsJson(headers.get("accept"))) {
    const body = { message: `${error.message}<br /><br />\n\n\n`, code: `${error.status} ${title}`, title };
    return { ...answer, headers: { ...answer.headers, "Content-Type": "application/json" }, body };
  }
  const body = `<html>
 <head>
  <title>${error.status} ${title}</title>
 </head>
 <body>
  <h1>${error.status} ${title}</h1>
  ${escapeHtml(error.message)}<br /><br />


 </body>
</html>`;
  return { ...answer, headers: { ...answer.headers, "Content-Type": "text/html; charset=UTF-8" }, body };
};

/** Keystone's error body, whatever Accept says (docs/reference/clients.md, "Login"). */
export const keystoneFault: FaultForm = (error, { publicUrl }) => {
  const title = STATUS_CODES[error.status] ?? "Error";
  const challenge: Record<string, string> =
    error.status === 401 ? { "WWW-Authenticate": `Keystone uri="${publicUrl}/v3"` } : {};
  return {
    status: error.status,
    headers: { ...error.headers, ...challenge, "Content-Type": "application/json" },
    body: { error: { code: error.status, message: error.message, title } },
  };
};
