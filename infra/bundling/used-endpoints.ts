import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";
import { type DecisionDiagram, type DiagramCondition, restricted } from "./decision-diagram.ts";

/** Parts of conditions that never hold, as nobody asks for what they ask; by the clients that have them. */
const never: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "client-s3",
    [
      // Directory buckets, and aliases of access points on outposts; the settings refuse their names.
      ...['"--x-s3"', '"--xa-s3"', '"--op-s3"', '"UseS3ExpressControlEndpoint"'],
      // Buckets are named by their names, never by ARNs.
      ...['"arn:"', '"aws.parseArn"'],
      ...['"Accelerate"', '"UseObjectLambdaEndpoint"', '"UseGlobalEndpoint"'],
    ],
  ],
  // Tables are named by their names, and Lambda's credentials do not say their account.
  [
    "client-dynamodb",
    ['"ResourceArn"', '"ResourceArnList"', '"AccountId"', '"AccountIdEndpointMode"', '"IsSearchOperation"'],
  ],
]);

const made = "export const bdd = BinaryDecisionDiagram.from(nodes, root, _data.conditions, _data.results);";

/** The diagram of a module of the SDK. Throws where the SDK writes them in another way. */
export async function diagramIn(source: string): Promise<DecisionDiagram> {
  if (!source.includes(made))
    throw new Error("the SDK's endpoints are written in another way than this knows");
  const alone = source
    .replace(/^import .*$/m, "")
    .replace(made, "export default { nodes: [...nodes], root, ..._data };");
  return (await import(`data:text/javascript,${encodeURIComponent(alone)}`)).default;
}

/** What is left of it in a bundle. */
export function usedEndpoints(client: string, diagram: DecisionDiagram): DecisionDiagram {
  const words = never.get(client) ?? [];
  return restricted(diagram, (condition: DiagramCondition) => {
    const text = JSON.stringify(condition);
    return words.some((word) => text.includes(word));
  });
}

const modules = /[\\/]@aws-sdk[\\/](client-[^\\/]+)[\\/]dist-es[\\/]endpoint[\\/]bdd\.js$/;

/** Leaves out endpoints that no function asks for: 15 kB in a function with the S3 client, 4 with DynamoDB's. */
export const usedEndpointsOnly: Plugin = {
  name: "used-endpoints-only",
  setup: (builder) =>
    builder.onLoad({ filter: modules }, async ({ path }) => {
      const client = modules.exec(path)?.[1] ?? "";
      if (!never.has(client)) return undefined;
      const { nodes, root, conditions, results } = usedEndpoints(
        client,
        await diagramIn(await readFile(path, "utf8")),
      );
      const lists = [nodes, root, conditions, results].map((each) => JSON.stringify(each));
      return {
        contents: [
          'import { BinaryDecisionDiagram } from "@smithy/core/endpoints";',
          `export const bdd = BinaryDecisionDiagram.from(${lists.join()});`,
        ].join("\n"),
        loader: "js",
      };
    }),
};
