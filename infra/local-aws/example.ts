// Calls the first function of a synthesised app: node infra/local-aws/example.ts ASSEMBLY STATE EVENT
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "./clock.ts";
import { startJsonEndpoint } from "./emulators/json-endpoint.ts";
import { openEmulators } from "./emulators/open-emulators.ts";
import { noFaults } from "./faults.ts";
import { createLambda } from "./functions/lambda.ts";
import { deploymentPrincipals, principalNameOf } from "./iam/deployment-principals.ts";
import { createPrincipals } from "./iam/principals.ts";
import { readAssembly } from "./template/assembly.ts";
import { readDeployment } from "./template/deployment.ts";
import { pseudoParameters } from "./template/pseudo-parameters.ts";

const [assembly = "cdk.out", state = ".local", event = "{}"] = process.argv.slice(2);
const folders = Object.fromEntries(
  ["dynamodb", "s3", "sqs", "kms", "secrets", "logs"].map((name) => [name, join(state, name)]),
) as Record<"dynamodb" | "s3" | "sqs" | "kms" | "secrets" | "logs", string>;
for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });

// Everything with AWS's JSON protocol is behind one port. It listens first: queue URLs in the template contain it.
const endpoint = await startJsonEndpoint(0, {
  region: pseudoParameters.region,
  clock: systemClock,
  onError: console.error,
});
const json = `http://127.0.0.1:${endpoint.port}`;
const deployment = readDeployment(readAssembly(assembly), json);

// Each function has an access key of its own; its role decides what that key may do.
const principals = await createPrincipals(deploymentPrincipals(deployment, []), join(state, "keys.json"));
const emulators = await openEmulators({
  deployment,
  principals,
  folders,
  events: join(state, "events.jsonl"),
  faults: noFaults,
  transactionKeys: "own",
  s3Port: 0,
  onCall: (call) => console.error(call.principal, call.service, call.operation, call.status),
  onFatal: (error) => console.error(error),
});
endpoint.serve(emulators);

const lambda = createLambda({
  functions: deployment.functions,
  principalOf: (definition) => {
    const found = principals.find(({ name }) => name === principalNameOf.function(definition));
    if (!found) throw new Error(`${definition.name} has no key`);
    return found;
  },
  endpoints: { s3: `http://127.0.0.1:${emulators.s3Port}`, json },
  judge: emulators.judge,
  logs: folders.logs,
});
const [first] = deployment.functions;
if (!first) throw new Error("the app has no function");
console.log(JSON.stringify(await lambda.poolOf(first.arn).invoke(event)));

await lambda.close();
await endpoint.close();
await emulators.close();
