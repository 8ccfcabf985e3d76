import { UsageError } from "../command-line/failures.ts";
import { parseIngressArguments, usage } from "./arguments.ts";
import { type Ingress, startIngress } from "./ingress.ts";
import { listenFault } from "./listen-fault.ts";
import { givenLimits, type IngressSettings } from "./settings.ts";

function readArguments(): IngressSettings {
  try {
    return parseIngressArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`ingress: ${error.message} (${usage})`);
    process.exit(2);
  }
}

async function start(settings: IngressSettings): Promise<Ingress> {
  try {
    return await startIngress({ ...settings, limits: givenLimits(settings) });
  } catch (error) {
    const reason = listenFault(error, settings) ?? (error instanceof Error ? error.message : String(error));
    console.error(`ingress: cannot start: ${reason}`);
    process.exit(1);
  }
}

// Whoever reads the log may leave before us.
process.stdout.on("error", () => undefined);

const settings = readArguments();
let ingress: Ingress | undefined;
let isStopping = false;
const stop = () => {
  // Before it listens there is nothing to end; a second request is an impatient one.
  if (isStopping || ingress === undefined) process.exit(isStopping ? 1 : 0);
  isStopping = true;
  ingress.close(settings.graceMs).then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
if (process.channel) process.on("disconnect", stop);

ingress = await start(settings);
console.log(`listening on ${ingress.url}`);
