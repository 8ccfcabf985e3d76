import { once } from "node:events";
import { givenLimits, UsageError as IngressUsage, parseIngressArguments } from "../ingress/arguments.ts";
import { startIngress } from "../ingress/ingress.ts";
import { listenFault } from "../ingress/listen-fault.ts";
import { UsageError } from "../terminal/exit-codes.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

export interface IngressOptions {
  readonly endpoint: string;
  readonly listen: string;
  readonly host?: string;
  readonly publicUrl?: string;
  readonly journal?: string;
  readonly maxUploads?: string;
  readonly allowedOrigin?: string;
}

const GRACE_MS = 2000;

/** `imagectl ingress`: the streaming front beside a client that sends images as one PUT, until Ctrl-C. */
export async function runIngress(context: Context, options: IngressOptions): Promise<Result> {
  const { endpoint, listen, host, publicUrl, journal, maxUploads, allowedOrigin } = options;
  const given = {
    endpoint,
    listen,
    host,
    "public-url": publicUrl,
    journal,
    "max-uploads": maxUploads,
    "allowed-origin": allowedOrigin,
  };
  const words = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
  let settings: ReturnType<typeof parseIngressArguments>;
  try {
    settings = parseIngressArguments(words);
  } catch (error) {
    throw error instanceof IngressUsage ? new UsageError(error.message, { cause: error }) : error;
  }
  const ingress = await startIngress({
    ...settings,
    limits: givenLimits(settings),
    log: (event, fields) => context.note(JSON.stringify({ event, ...fields })),
  }).catch((error: unknown) => {
    const fault = listenFault(error, settings);
    throw fault === undefined ? error : new UsageError(fault, { cause: error });
  });
  context.note(`listening on ${ingress.url}`);
  if (!context.signal.aborted) await once(context.signal, "abort");
  await ingress.close(GRACE_MS);
  return { json: { stopped: ingress.url }, text: "" };
}
