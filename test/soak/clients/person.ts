import { logIn, type UserName } from "../../runtime/image-client.ts";
import type { Service } from "../service/service.ts";

/** What came back: an answer, or nothing that says what became of the request. */
export interface Answer {
  /** 0: the connection broke. */
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export type Outcome = "done" | "refused" | "doubt";

export const outcomeOf = ({ status }: Pick<Answer, "status">): Outcome =>
  status >= 200 && status < 300
    ? "done"
    : status >= 400 && status < 500 && status !== 408
      ? "refused"
      : "doubt";

export interface CallOptions extends RequestInit {
  readonly base?: string;
  /** The client is killed after so long. */
  readonly killedAfterMs?: number;
}

const PATIENCE_MS = 90_000;

/** One user, who logs in again when told to. */
export class Person {
  #token: string | undefined;
  project = "";

  readonly #service: Service;
  readonly name: UserName;

  constructor(service: Service, name: UserName) {
    this.#service = service;
    this.name = name;
  }

  async token(): Promise<string> {
    for (let tries = 0; this.#token === undefined; tries++) {
      await this.#service.untilUp();
      try {
        const { token } = await logIn(this.#service.front, this.name);
        const answer = await fetch(`${this.#service.front}/v3/auth/projects`, {
          headers: { "X-Auth-Token": token },
        });
        this.project = ((await answer.json()) as { projects: { id: string }[] }).projects[0]?.id ?? "";
        this.#token = token;
      } catch (error) {
        if (tries > 200) throw error;
        await new Promise((wake) => setTimeout(wake, 200));
      }
    }
    return this.#token;
  }

  forget(): void {
    this.#token = undefined;
  }

  /** Never throws for what the service or the line does. Asks once more where it has to log in again. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    for (let again = false; ; again = true) {
      await this.#service.untilUp();
      const answer = await this.#once(method, path, options, await this.token());
      if (answer.status !== 401 || again) return answer;
      this.forget();
    }
  }

  async #once(method: string, path: string, options: CallOptions, token: string): Promise<Answer> {
    const { base = this.#service.front, killedAfterMs, ...init } = options;
    try {
      const response = await fetch(`${base}${path}`, {
        redirect: "manual",
        signal: AbortSignal.timeout(killedAfterMs ?? PATIENCE_MS),
        ...init,
        method,
        headers: { "X-Auth-Token": token, ...init.headers },
      });
      return { status: response.status, text: await response.text(), headers: response.headers };
    } catch (error) {
      return { status: 0, text: String((error as Error).cause ?? error), headers: new Headers() };
    }
  }

  json(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
    const headers = { "Content-Type": "application/json", ...options.headers };
    return this.call(method, path, { ...options, headers, body: JSON.stringify(body) });
  }
}
