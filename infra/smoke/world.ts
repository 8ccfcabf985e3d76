import { randomUUID } from "node:crypto";
import type { AwsSide } from "./aws-side.ts";
import { type RawAnswer, type RawRequest, sendRaw } from "./send-raw.ts";

/** Every image that a smoke run makes has this tag from its first moment on: what a killed run leaves is found by it. */
export const SMOKE_TAG = "serverless-glance-smoke";

export interface Call extends Pick<RawRequest, "headers" | "body" | "isChunked" | "cutAfter"> {
  /** Instead of the login's; null: none. */
  readonly token?: string | null;
  readonly json?: unknown;
}

/** What the points look at. */
export interface World {
  /** Base URL of the API, without a slash at its end. */
  readonly endpoint: string;
  readonly aws?: AwsSide;
  call(method: string, path: string, call?: Call): Promise<RawAnswer>;
  /** Makes an image that is deleted at the end. Throws with the answer's text when there is none. */
  image(attributes?: Readonly<Record<string, unknown>>): Promise<string>;
  show(id: string): Promise<Readonly<Record<string, unknown>>>;
  /** A name that nobody else has. */
  name(): string;
}

export const jsonOf = ({ body }: RawAnswer): Record<string, unknown> => {
  try {
    return Object(JSON.parse(body.toString("utf8")));
  } catch {
    return {};
  }
};

/** An answer in a few words. */
export const told = ({ status, body }: RawAnswer): string =>
  `${status} ${body.toString("utf8").replace(/\s+/g, " ").slice(0, 120)}`.trim();

/** The world of one login; `made` takes the ids of all images. */
export function createWorld(
  endpoint: string,
  withToken: <Result>(call: (token: string) => Promise<Result>) => Promise<Result>,
  made: Set<string>,
  aws?: AwsSide,
): World {
  const call: World["call"] = (method, path, { token, json, headers = [], ...rest } = {}) =>
    withToken((own) => {
      const used = token === undefined ? own : token;
      const body = json === undefined ? rest.body : Buffer.from(JSON.stringify(json));
      return sendRaw({
        ...rest,
        method,
        url: `${endpoint}${path}`,
        ...(body !== undefined && { body }),
        headers: [
          ...(used === null ? [] : ["X-Auth-Token", used]),
          ...(json === undefined ? [] : ["Content-Type", "application/json"]),
          ...headers,
        ],
      });
    });
  const name = () => `smoke-${randomUUID()}`;
  return {
    endpoint,
    call,
    name,
    ...(aws && { aws }),
    image: async (attributes = {}) => {
      const json = {
        ...{ name: name(), disk_format: "raw", container_format: "bare", visibility: "private" },
        ...attributes,
        tags: [SMOKE_TAG],
      };
      const answer = await call("POST", "/v2/images", { json });
      const { id } = jsonOf(answer);
      if (answer.status !== 201 || typeof id !== "string") throw new Error(told(answer));
      made.add(id);
      return id;
    },
    show: async (id) => jsonOf(await call("GET", `/v2/images/${id}`)),
  };
}
