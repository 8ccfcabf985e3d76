import { expect, it } from "vitest";
import { policyStatements } from "../../../infra/constructs/access-policy.ts";
import { changeCatalogue, endCatalogueChanges } from "../../../infra/functions/grants.ts";
import type { TableGrant } from "../../../infra/functions/rights.ts";
import type { AccessCheck } from "../../../infra/local-aws/emulators/json-service.ts";
import { createJudge } from "../../../infra/local-aws/iam/judge.ts";
import { dynamodbNamespaceStore } from "../../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import { dynamodbUnfinishedChanges } from "../../../shared/metadefs/adapters/dynamodb/unfinished-changes.ts";
import { faulty } from "../../fakes/faulty.ts";
import { queueArns } from "../../infra/queue-arns.ts";
import { catalogueOnDynamodb } from "./catalogue-on-dynamodb.ts";
import {
  added,
  association,
  changed,
  created,
  event,
  listed,
  property,
  removed,
  tag,
} from "./some-namespaces.ts";

/** Whether a function with these grants, and no other rights, may do what a call needs. */
function judgeOf(table: readonly TableGrant[], arn: string) {
  const arns = {
    table: arn,
    bucket: "b",
    queues: queueArns((name) => name),
    tokenKey: "k",
    eventBus: "e",
  };
  const statements = policyStatements({ table }, arns);
  const principal = {
    name: "one",
    arn: "arn:role",
    accessKeyId: "key",
    secretAccessKey: "secret",
    statements,
  };
  const judge = createJudge([principal], new Map());
  return ({ action, resource, context }: AccessCheck) => judge.allows(principal, action, resource, context);
}

const rightsOf = (grants: readonly TableGrant[]): string[] =>
  grants.flatMap(({ actions, partitions }) =>
    actions.flatMap((action) => partitions.map((partition) => `dynamodb:${action} ${partition}`)),
  );
const usedBy = ({ action, context }: AccessCheck): string[] =>
  [context?.["dynamodb:LeadingKeys"] ?? []].flat().map((key) => `${action} ${key.replace(/#.*/s, "#*")}`);

async function watched() {
  const checks: AccessCheck[] = [];
  const catalogue = await catalogueOnDynamodb(0, undefined, (some) => checks.push(...some));
  const held = (grants: readonly TableGrant[]) => {
    const mayDo = judgeOf(grants, checks[0]?.resource ?? "");
    expect(checks.filter((check) => !mayDo(check))).toEqual([]);
    expect(new Set(checks.flatMap(usedBy))).toEqual(new Set(rightsOf(grants)));
  };
  return { catalogue, checks, held };
}

const many = Array.from({ length: 150 }, (_, n) => `${n}`);
const large = { writes: added("tags", many.map(tag)), events: many.map((what) => event(what)) };

it("the catalogue needs the rights of those who change it, and no others", async () => {
  const { catalogue, held } = await watched();
  const types = many.slice(0, 30).map((name) => association(name));
  const namespace = await created(catalogue, { namespace: "n", resource_types: types }, large);
  const renamed = await changed(
    catalogue,
    namespace,
    { namespace: "m", visibility: "public" },
    { events: [event("a")] },
  );
  await expect(created(catalogue, { namespace: "m", resource_types: types }, large)).rejects.toThrow(
    "exists",
  );
  await catalogue.store.read("m");
  await catalogue.store.definition(renamed, "tags", "7");
  await listed(catalogue, { resourceTypes: ["3"] });
  await catalogue.store.resourceTypes();
  const p = property("p");
  const more = await changed(catalogue, renamed, {}, { writes: added("properties", [p]) });
  const less = await changed(
    catalogue,
    more,
    {},
    { writes: [{ collection: "properties", before: p, after: undefined }] },
  );
  await removed(catalogue, await changed(catalogue, less, {}, { emptied: ["tags"] }));
  held(changeCatalogue);
});

it("the job that ends changes needs its rights, and no others", async () => {
  const { catalogue, checks, held } = await watched();
  // Killed before its transaction, and behind it.
  for (const call of [8, 9, 10, 11, 12, 13, 14, 15]) {
    const { ports } = faulty({ documents: catalogue.documents }, { call, moment: "before" });
    await created({ store: dynamodbNamespaceStore(ports.documents, "images") }, {}, large).catch(
      () => undefined,
    );
  }
  checks.length = 0;
  const unfinished = dynamodbUnfinishedChanges(catalogue.documents, "images");
  for (const change of await unfinished.waiting(100))
    expect(await unfinished.end(change, () => true)).toBe(true);
  held(endCatalogueChanges);
});
