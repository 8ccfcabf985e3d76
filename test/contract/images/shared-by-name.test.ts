import { randomUUID } from "node:crypto";
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbImageLists } from "../../../shared/images/adapters/dynamodb/image-listing.ts";
import { memberEntries } from "../../../shared/images/adapters/dynamodb/keys.ts";
import type { MemberStatus } from "../../../shared/images/domain/member.ts";
import { MAX_SHARED_BY_NAME, TooManyShared } from "../../../shared/images/ports/image-store.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";

it("a project with more shared images than are sorted by name is told so; by time it lists them", async () => {
  const { documents } = await sdkOn(await temporaryDynamodb());
  const entries = (status: MemberStatus) => {
    const image = { id: randomUUID(), name: null, created_at: new Date().toISOString() };
    return memberEntries({ member_id: "me", status }, image).map((Item) => ({ PutRequest: { Item } }));
  };
  const accepted = Array.from({ length: MAX_SHARED_BY_NAME }, () => entries("accepted"));
  const requests = [...accepted, entries("pending")].flat();
  while (requests.length > 0)
    await documents.send(new BatchWriteCommand({ RequestItems: { images: requests.splice(0, 25) } }));

  const lists = dynamodbImageLists(documents, "images");
  const walk = async (sortKey: "created_at" | "name", status: "accepted" | "all") => {
    const scopes = [{ kind: "member", project: "me", status } as const];
    let count = 0;
    for await (const _ of lists.list({ scopes, sortKey, direction: "asc", expected: 26 })) count++;
    return count;
  };
  // The entries' images are gone, so all of them are passed over.
  expect(await walk("name", "accepted")).toBe(0);
  await expect(walk("name", "all")).rejects.toBeInstanceOf(TooManyShared);
  expect(await walk("created_at", "all")).toBe(0);
});
