import type { IncomingMessage } from "node:http";

/** How long a host may be silent; all in milliseconds. */
export interface Waits {
  /** Until it has taken the connection. */
  readonly connectMs: number;
  /** From the request to the head of its answer, and between two chunks of it. Twice this is below an API function's 25 s. */
  readonly answerMs: number;
}

/** What of a request says how long its answer may take. */
export interface SentRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
}

const usual: Waits = { connectMs: 4000, answerMs: 8000 };

/** Bytes that are sent count for time, too: a slower line than this is no line. */
const LEAST_BYTES_A_MS = 1024;

const sendingTime = ({ headers }: SentRequest): number =>
  Math.ceil(Number(headers["content-length"] ?? 0) / LEAST_BYTES_A_MS);

/** Of the usual wait: what takes no longer than that to ask is asked once more. */
const MOST_TO_REPEAT = 1.25;

/** No name and no code that the SDK repeats a request for. */
class HostSilent extends Error {}

/** Ends an answer that stops in its middle. Its bytes are always taken as they come, so it is no reader who is slow. */
function endSilence(body: IncomingMessage, silentMs: number): void {
  const { socket } = body;
  const end = () => body.destroy(new HostSilent(`the host sent nothing for ${silentMs} ms`));
  socket.setTimeout(silentMs, end);
  body.once("close", () => socket.removeListener("timeout", end));
}

/** What of the SDK's own settings belongs to it. */
export const requestHandlerOf = ({ connectMs }: Pick<Waits, "connectMs"> = usual) =>
  ({ connectionTimeout: connectMs, throwOnRequestTimeout: true }) as const;

/** A client of the SDK, of any service: they have no type in common that says so. */
interface SdkClient {
  readonly config: {
    readonly requestHandler: {
      handle(request: never, options?: object): Promise<{ readonly response: { readonly body?: unknown } }>;
    };
  };
}

/**
 * The same client, made with `requestHandlerOf`, which waits for no host for ever: the SDK alone would, and whoever waits
 * is killed with all that it has in hand. What was asked in vain is asked once more, as a kept connection may have died, and
 * only when the answer is due at once: SDK and host would else hold a function six times as long. `silenceOf` says how long
 * a host may be silent that is asked for more, before its answer and within it.
 */
export function withBoundedWaits<Client extends SdkClient>(
  client: Client,
  { answerMs }: Pick<Waits, "answerMs"> = usual,
  silenceOf: (sent: SentRequest) => number = () => answerMs,
): Client {
  const handler = client.config.requestHandler;
  const handle = handler.handle.bind(handler);
  handler.handle = async (request, options) => {
    const sent = request as SentRequest;
    const silentMs = silenceOf(sent);
    const requestTimeout = silentMs + sendingTime(sent);
    try {
      const answer = await handle(request, { ...options, requestTimeout });
      endSilence(answer.response.body as IncomingMessage, silentMs);
      return answer;
    } catch (error) {
      const isFirst = /^attempt=1\b/.test(sent.headers["amz-sdk-request"] ?? "");
      const isQuick = requestTimeout <= answerMs * MOST_TO_REPEAT;
      if ((error as Error).name !== "TimeoutError" || (isFirst && isQuick)) throw error;
      throw new HostSilent(`the host did not answer within ${requestTimeout} ms`);
    }
  };
  return client;
}

/** A client of a service that answers at once, with bounded waits. */
export const boundedClient = <Config extends object, Client extends SdkClient>(
  Client: new (config: Config) => Client,
  config: Omit<Config, "requestHandler">,
  waits: Waits = usual,
): Client =>
  withBoundedWaits(new Client({ ...config, requestHandler: requestHandlerOf(waits) } as never), waits);
