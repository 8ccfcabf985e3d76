import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DecisionDiagram, restricted } from "../../../infra/bundling/decision-diagram.ts";
import { diagramIn, usedEndpoints } from "../../../infra/bundling/used-endpoints.ts";

const packages = join(import.meta.dirname, "../../../node_modules");
const load = (path: string) => import(pathToFileURL(join(packages, path)).href);

// What the clients decide endpoints by; a client itself tells them only with a request.
const { BinaryDecisionDiagram, customEndpointFunctions, decideEndpoint } = await load(
  "@smithy/core/dist-cjs/submodules/endpoints/index.js",
);
customEndpointFunctions.aws = (
  await load("@aws-sdk/core/dist-cjs/submodules/client/index.js")
).awsEndpointFunctions;

const wholeOf = async (client: string) =>
  diagramIn(await readFile(join(packages, `@aws-sdk/${client}/dist-es/endpoint/bdd.js`), "utf8"));

/** The endpoint, or the SDK's words against one. */
function decided({ nodes, root, conditions, results }: DecisionDiagram, endpointParams: object) {
  try {
    return JSON.stringify(
      decideEndpoint(BinaryDecisionDiagram.from(nodes, root, conditions, results), { endpointParams }),
    );
  } catch (error) {
    return String(error);
  }
}

const regions = fc.constantFrom(
  "us-east-1",
  "eu-central-1",
  "cn-north-1",
  "us-gov-west-1",
  "local",
  "no such",
);
const places = {
  Region: regions,
  UseFIPS: fc.boolean(),
  UseDualStack: fc.boolean(),
  Endpoint: fc.option(fc.constantFrom("http://127.0.0.1:9000", "https://rgw.example:7443/base"), {
    nil: undefined,
  }),
};
const buckets = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  fc.stringMatching(/^[\w][\w.-]{1,62}$/),
  fc.constantFrom("images", "with.dots", "Capital_letters", "xn--a"),
);

describe("the endpoints in a bundle are the package's", () => {
  test("for S3, whatever the bucket and the place", async () => {
    const whole = await wholeOf("client-s3");
    const used = usedEndpoints("client-s3", whole);
    const asked = fc.record({
      ...places,
      Bucket: fc.option(buckets, { nil: undefined }),
      ForcePathStyle: fc.boolean(),
      Accelerate: fc.constant(false),
      UseGlobalEndpoint: fc.constant(false),
      DisableMultiRegionAccessPoints: fc.boolean(),
    });
    fc.assert(
      fc.property(asked, (params) => {
        expect(decided(used, params)).toBe(decided(whole, params));
      }),
      { numRuns: 2000 },
    );
    expect(used.nodes.length).toBeLessThan(whole.nodes.length / 4);
    expect(JSON.stringify(used.results)).not.toMatch(/s3express|outpost|accelerate/i);
  });

  test("for DynamoDB", async () => {
    const whole = await wholeOf("client-dynamodb");
    const used = usedEndpoints("client-dynamodb", whole);
    const modes = fc.constantFrom(undefined, "preferred", "disabled");
    fc.assert(
      fc.property(fc.record({ ...places, AccountIdEndpointMode: modes }), (params) => {
        expect(decided(used, params)).toBe(decided(whole, params));
      }),
      { numRuns: 1000 },
    );
    expect(used.nodes.length).toBeLessThan(whole.nodes.length / 2);
  });
});

test("what assigns a name stays, though it decides nothing", () => {
  const result = 100_000_000;
  const diagram = {
    nodes: [-1, 1, -1, 0, 3, 3, 1, result, 1],
    root: 2,
    conditions: [
      ["split", ["a"], "parts"],
      ["isSet", [{ ref: "parts" }]],
    ] as const,
    results: ["the end"],
  };
  expect(restricted(diagram, () => false)).toEqual({
    ...diagram,
    nodes: [-1, 1, -1, 0, result, 1, 1, 2, 2],
    root: 3,
    conditions: [diagram.conditions[1], diagram.conditions[0]],
  });
});

test("a module that is written in another way is told", async () => {
  await expect(diagramIn("export const bdd = 1;")).rejects.toThrow("written in another way");
});
