import { once } from "node:events";
import { UsageError } from "../command-line/failures.ts";
import { startIngress } from "../ingress/ingress.ts";
import { listenFault } from "../ingress/listen-fault.ts";
import { type GivenSettings, givenLimits, ingressSettings } from "../ingress/settings.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

/** `imagectl ingress`: the streaming front beside a client that sends images as one PUT, until Ctrl-C. */
export async function runIngress(context: Context, options: GivenSettings): Promise<Result> {
  const settings = ingressSettings(options);
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
  await ingress.close(settings.graceMs);
  return { json: { stopped: ingress.url }, text: "" };
}
