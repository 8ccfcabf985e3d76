import { expect } from "vitest";
import { conformance } from "./conformance.ts";

export interface CallOptions {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, anything else as it is. */
  readonly body?: unknown;
}

export interface Called<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** The caller's to name: it has been compared with its schema. */
  readonly json: Body;
}

/** Calls a running service and fails for whatever the document does not say of the exchange. */
export function serviceUnderTest(base: string) {
  const compared = conformance();

  async function call<Body = unknown>(
    method: string,
    target: string,
    options: CallOptions = {},
  ): Promise<Called<Body>> {
    const { token, headers = {}, body } = options;
    const isJson = typeof body === "object" && !(body instanceof Uint8Array);
    const answer = await fetch(base + target, {
      method,
      redirect: "manual",
      headers: { ...(token !== undefined && { "X-Auth-Token": token }), ...headers },
      ...(body !== undefined && {
        body: (isJson ? JSON.stringify(body) : body) as NonNullable<RequestInit["body"]>,
      }),
    });
    const copy = answer.clone();
    const faults = await compared.faults({
      method,
      target,
      contentType: headers["Content-Type"],
      sent: body,
      answer,
    });
    expect(faults).toEqual([]);
    const text = await copy.text();
    const isJsonAnswer = copy.headers.get("content-type") === "application/json" && text !== "";
    return {
      status: copy.status,
      headers: copy.headers,
      json: (isJsonAnswer ? JSON.parse(text) : {}) as Body,
    };
  }

  return {
    call,
    compared,
    /** A call that must end so. */
    async expecting<Body = unknown>(
      status: number,
      method: string,
      target: string,
      options?: CallOptions,
    ): Promise<Called<Body>> {
      const answer = await call<Body>(method, target, options);
      expect([method, target, answer.status]).toEqual([method, target, status]);
      return answer;
    },
  };
}
export type ServiceUnderTest = ReturnType<typeof serviceUnderTest>;
