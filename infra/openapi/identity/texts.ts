import type { Parameter } from "../description.ts";

/** When the Identity API refuses, in words that many operations share. */
export const IDENTITY_TEXTS = {
  body: "The body is no JSON of this form, or a member is not what it should be",
  large: "The body has more than 64 KiB",
  proof: "The service that proves passwords does not answer: try again",
  admins: "The caller is no admin",
  selfOrAdmins: "The caller is neither that user nor an admin",
  filter: "A parameter is empty or longer than 255 bytes",
} as const;

/** A filter of a list. */
export const filter = (name: string, description: string): Parameter => ({
  name,
  in: "query",
  description,
  schema: { type: "string", minLength: 1, maxLength: 255 },
});

/** The links of a list that was asked for under this path. */
export const linksOf = (path: string) => ({
  self: `http://127.0.0.1:9292/v3/${path}`,
  previous: null,
  next: null,
});
