import { afterEach, describe, expect, test, vi } from "vitest";
import type { Caller } from "../../../shared/caller.ts";
import type { PatchOperation } from "../../../shared/images/domain/patch-operation.ts";
import { createImage } from "../../../shared/images/operations/create-image.ts";
import { listImages } from "../../../shared/images/operations/list-images.ts";
import { showImage } from "../../../shared/images/operations/show-image.ts";
import { updateImage } from "../../../shared/images/operations/update-image.ts";
import { creatable, deletable, readable, updatable } from "../../../shared/images/policy/property-access.ts";
import { imageQuery } from "../../../shared/images/wire/image-query.ts";
import * as deployedPolicy from "../../../shared/policy/deployed-policy.ts";
import { readPolicy } from "../../../shared/policy/deployment/read-policy.ts";
import { demo, memoryService } from "../../fakes/images/service.ts";
import { callerWith } from "./callers.ts";

vi.mock("../../../shared/policy/deployed-policy.ts", { spy: true });
afterEach(() => vi.resetAllMocks());

const admin = callerWith("admins", "admin", "member", "reader");
const reader = callerWith(demo.projectId, "reader");

/** From here on, as if the deployment had this file. */
function protect(text: string, format: "roles" | "policies" = "roles", policy = ""): void {
  const parts = readPolicy({
    policy: { name: "policy.yaml", text: policy },
    protections: { name: "protections.conf", text },
    protectionFormat: format,
    newDefaults: true,
  });
  vi.mocked(deployedPolicy.protections).mockImplementation(() => parts.protections);
}

const file = `
[^admin_.*]
create = admin
read = admin
update = admin
delete = admin
[^shown_.*]
create = admin
read = @
update = admin
delete = Admin
[^fixed$]
create = @
read = @
update = !
delete = !
[^drop_.*]
create = @
read = admin
update = @
delete = @
[^mail_.*]
create = member
read = BillingService, member
update = member
delete =
[.*free.*]
create = @
read = @
update = @
delete = @
`;

/** Which of create, read, update and delete the caller may. */
const rights = (caller: Caller, property: string): string =>
  [
    creatable(caller, property) && "C",
    readable(caller, property) && "R",
    updatable(caller, property) && "U",
    deletable(caller, property) && "D",
  ]
    .filter(Boolean)
    .join("");
const billing: Caller = { ...reader, serviceRoles: ["billingservice"] };

describe("who may do what with a property", () => {
  test.each([
    ["admin_x", admin, "CRUD"],
    ["admin_x", demo, ""],
    ["shown_x", demo, "R"],
    ["shown_x", admin, "CRUD"],
    ["fixed", admin, "CR"],
    ["fixed", demo, "CR"],
    ["fixed\n", demo, "CR"],
    ["drop_x", demo, "CUD"],
    ["mail_x", demo, "CRU"],
    ["mail_x", reader, ""],
    ["mail_x", billing, "R"],
    ["my_free_one", reader, "CRUD"],
    ["admin_free", demo, ""],
    ["x", admin, ""],
    ["os_glance_anything", reader, "CRUD"],
    ["admin_os_glance", demo, ""],
  ])("%j: %o: %s", (property, caller, expected) => {
    protect(file);
    expect(rights(caller, property)).toBe(expected);
  });

  test("nothing is protected without a file", () => {
    expect(rights(reader, "admin_x")).toBe("CRUD");
  });

  test("in the format policies the rules of the policy file decide", () => {
    const text = "[^a]\ncreate = maker\nread = @\nupdate = context_is_admin\ndelete = !\n";
    protect(text, "policies", "maker: role:member and not role:admin");
    expect([rights(demo, "a"), rights(admin, "a"), rights(reader, "a"), rights(admin, "b")]).toEqual([
      "CR",
      "RU",
      "R",
      "",
    ]);
  });
});

describe("operations", () => {
  const stored = { admin_x: "1", shown_x: "2", fixed: "3", drop_x: "4", my_free: "5", mail_x: "6" };
  async function service() {
    const { ports } = memoryService();
    protect(file);
    vi.mocked(deployedPolicy.protections).mockImplementationOnce(() => null);
    const image = await createImage({ ...ports })(demo, { properties: {} });
    await ports.images.commit({
      image: { before: image, after: { ...image, properties: stored, visibility: "public" } },
    });
    const patch = (caller: Caller, ...operations: PatchOperation[]) =>
      updateImage(ports)(caller, image.id, operations);
    const properties = async () => (await ports.images.find(image.id))?.properties;
    return { ports, id: image.id, patch, properties };
  }

  test("create refuses what the caller may not create, and answers what he may read", async () => {
    const { ports } = await service();
    await expect(createImage(ports)(demo, { properties: { admin_x: "1" } })).rejects.toMatchObject({
      status: 403,
      message: "Attribute 'admin_x' is reserved.",
    });
    const { properties } = await createImage(ports)(demo, { properties: { drop_x: "1", my_free: "2" } });
    expect(properties).toEqual({ my_free: "2" });
  });

  test("show and list leave out what the caller may not read, and filters do not find it", async () => {
    const { ports, id } = await service();
    const seen = { shown_x: "2", fixed: "3", my_free: "5", mail_x: "6" };
    expect((await showImage(ports)(demo, id)).properties).toEqual(seen);
    const list = async (caller: Caller, query = "") =>
      (await listImages(ports)(caller, imageQuery(new URLSearchParams(query), ports.settings))).entries;
    expect((await list(demo)).map(({ properties }) => properties)).toEqual([seen]);
    expect(await list(demo, "shown_x=2")).toHaveLength(1);
    expect(await list(demo, "admin_x=1")).toEqual([]);
    expect(await list(admin, "admin_x=1")).toHaveLength(1);
  });

  test("a PATCH by somebody who cannot read a property keeps it", async () => {
    const { patch, properties } = await service();
    const { properties: answered } = await patch(demo, { op: "replace", name: "name", value: "new" });
    expect(answered).not.toHaveProperty("admin_x");
    expect(await properties()).toEqual(stored);
  });

  test.each<[PatchOperation["op"], string, number]>([
    ["add", "admin_new", 403],
    ["add", "shown_x", 403],
    ["add", "fixed", 403],
    ["add", "my_free", 200],
    ["add", "mail_x", 200],
    // There is one that the caller does not see: he may create and update it, so it is his to write.
    ["add", "drop_x", 200],
    ["add", "admin_x", 403],
    ["replace", "shown_x", 403],
    ["replace", "admin_x", 409],
    ["replace", "drop_x", 409],
    ["replace", "absent", 409],
    ["replace", "my_free", 200],
    ["remove", "shown_x", 403],
    ["remove", "mail_x", 403],
    ["remove", "admin_x", 409],
    ["remove", "drop_x", 409],
    ["remove", "my_free", 200],
  ])("%s of %s: %i", async (op, name, status) => {
    const { patch, properties } = await service();
    const done = patch(demo, op === "remove" ? { op, name } : { op, name, value: "9" });
    if (status !== 200) {
      await expect(done).rejects.toMatchObject({ status });
      expect(await properties()).toEqual(stored);
      return;
    }
    await done;
    const { [name as keyof typeof stored]: _, ...others } = stored;
    expect(await properties()).toEqual(op === "remove" ? others : { ...others, [name]: "9" });
  });

  test("the older media type's add conflicts only with what the caller sees", async () => {
    const { patch } = await service();
    const add = (name: string) => patch(demo, { op: "add", name, value: "9", strictAdd: true });
    await expect(add("my_free")).rejects.toMatchObject({ status: 409 });
    await expect(add("admin_x")).rejects.toMatchObject({ status: 403 });
  });
});
