import { fetchBounded } from "../aws/fetch-bounded.ts";
import type { Clock } from "../clock.ts";
import { KeystoneUnavailable } from "./keystone-unavailable.ts";

export interface KeystoneAnswer {
  readonly status: number;
  /** X-Subject-Token. */
  readonly subjectToken: string | undefined;
  /** Whatever JSON the answer was; undefined for none. */
  readonly body: unknown;
}

export interface KeystoneQuestion {
  readonly headers: Readonly<Record<string, string>>;
  /** Makes it a POST. */
  readonly body?: unknown;
}

/** Asks for a path below `/v3`. Throws KeystoneUnavailable when no answer comes. */
export type AskKeystone = (path: string, question: KeystoneQuestion) => Promise<KeystoneAnswer>;

/**
 * Overloaded, or not there. A 500 is about one question: with a pause for it, one odd token would stop all others.
 */
const isAway = (status: number): boolean => [429, 502, 503, 504].includes(status);

/** After a failure nobody is sent to Keystone for so long: those who wait must not knock it over as it comes back. */
const PAUSE_MS = 2000;

/** `http://host:5000/v3/` and `http://host:5000` name the same Keystone. */
export const keystoneRoot = (authUrl: string): string => authUrl.replace(/\/+$/, "").replace(/\/v3$/, "");

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface KeystoneAddress {
  readonly authUrl: string;
  /** Bound on the whole exchange: connection, question and answer. */
  readonly timeoutSeconds: number;
  readonly clock: Clock;
}

/** The way to one Keystone: bounded in time and size, connections kept, a pause when it is away. */
export function askKeystone({ authUrl, timeoutSeconds, clock }: KeystoneAddress): AskKeystone {
  const url = `${keystoneRoot(authUrl)}/v3`;
  let pausedUntil = 0;
  return async (path, { headers, body }) => {
    if (clock().getTime() < pausedUntil) throw new KeystoneUnavailable("paused after a failure");
    try {
      const answer = await fetchBounded(`${url}${path}`, {
        headers: { Accept: "application/json", "Content-Type": "application/json", ...headers },
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
      if (isAway(answer.status)) throw new Error(`Keystone answered ${answer.status}`);
      return {
        status: answer.status,
        subjectToken: answer.headers.get("x-subject-token") ?? undefined,
        body: parsed(answer.text),
      };
    } catch (cause) {
      pausedUntil = clock().getTime() + PAUSE_MS;
      throw new KeystoneUnavailable(cause);
    }
  };
}
