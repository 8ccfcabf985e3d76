import { describe, expect, it } from "vitest";
import { listImages } from "../../../../shared/images/operations/list-images.ts";
import { isListed, scopesOf } from "../../../../shared/images/operations/lists/list-scopes.ts";
import { addMember } from "../../../../shared/images/operations/members/add-member.ts";
import { removeMember } from "../../../../shared/images/operations/members/remove-member.ts";
import { showImage } from "../../../../shared/images/operations/show-image.ts";
import { updateImage } from "../../../../shared/images/operations/update-image.ts";
import { imageQuery } from "../../../../shared/images/wire/image-query.ts";
import { admin, alt, demo, memoryService } from "../../../fakes/images/service.ts";
import { imageWith } from "../../policy/callers.ts";

const third = { ...alt, userId: "third", projectId: "third-project" };
const query = (text: string) => imageQuery(new URLSearchParams(text), memoryService().ports.settings);

describe("a shared image", () => {
  async function shared() {
    const { ports, queuedImage } = memoryService();
    const { id } = await queuedImage({ visibility: "shared" });
    await addMember(ports)(demo, id, alt.projectId);
    return {
      ports,
      id,
      sees: async (caller: typeof demo) =>
        showImage(ports)(caller, id).then(
          () => true,
          ({ status }) => (status === 404 ? false : status),
        ),
      lists: async (caller: typeof demo, text: string) =>
        (await listImages(ports)(caller, query(text))).entries.length,
    };
  }

  it("is there for its owner, its members and admins, not for a project that is no member of it", async () => {
    const { sees } = await shared();
    expect([await sees(demo), await sees(alt), await sees(admin), await sees(third)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(await sees({ ...alt, projectId: "" })).toBe(false);
  });

  it("is not there any more for a member that was removed", async () => {
    const { ports, id, sees } = await shared();
    await addMember(ports)(demo, id, third.projectId);
    await removeMember(ports)(demo, id, alt.projectId);
    expect([await sees(alt), await sees(third)]).toEqual([false, true]);
  });

  it("that is made private hides from its members, who stay, in lists too", async () => {
    const { ports, id, sees, lists } = await shared();
    const wanted = "visibility=shared&member_status=all";
    expect(await lists(alt, wanted)).toBe(1);
    await updateImage(ports)(demo, id, [{ op: "replace", name: "visibility", value: "private" }]);
    expect([await sees(alt), await lists(alt, wanted)]).toEqual([false, 0]);
    expect(await ports.images.findMember(id, alt.projectId)).toBeDefined();
  });
});

describe("lists", () => {
  const scopes = (text: string, caller = demo) => scopesOf(caller, query(text)).map(({ kind }) => kind);

  it("read no more than what is asked for", () => {
    expect(scopes("")).toEqual(["owner", "public", "member"]);
    expect(scopes("visibility=shared")).toEqual(["owner", "member"]);
    expect(scopes("visibility=private")).toEqual(["owner"]);
    expect(scopes("visibility=all")).toEqual(["owner", "public", "member", "community"]);
    expect(scopes("visibility=community")).toEqual(["community"]);
    expect(scopes("", admin)).toEqual(["everything"]);
    expect(scopes("owner=demo-project", admin)).toEqual(["owner"]);
  });

  const shown = (attributes: Parameters<typeof imageWith>[0], text = "", caller = demo) => {
    const wanted = query(text);
    return isListed(caller, imageWith(attributes), scopesOf(caller, wanted), wanted.visibility);
  };

  it("show community images of others to those only who ask for them", () => {
    const community = { visibility: "community" } as const;
    expect([shown(community), shown(community, "visibility=all"), shown(community, "visibility=community")]) //
      .toEqual([false, true, true]);
    expect(shown({ ...community, owner: demo.projectId })).toBe(true);
    expect(shown({ ...community, owner: demo.projectId }, "visibility=public")).toBe(false);
  });

  it("show a shared image of others where members' images were asked for, never a private or a killed one", () => {
    expect([shown({ visibility: "shared" }), shown({ visibility: "private" })]).toEqual([true, false]);
    expect(isListed(demo, imageWith({ visibility: "shared" }), [{ kind: "public" }], "all")).toBe(false);
    expect(shown({ owner: demo.projectId, status: "killed" })).toBe(false);
  });
});

describe("the order of a list", () => {
  const attributes = [3, 1, 4, 5, 2].map((min_ram) => ({ name: "same", properties: { n: String(min_ram) } }));

  async function paged(sort: string, names?: readonly string[]) {
    const { ports, queuedImage, metadata } = memoryService();
    const at = "2026-01-01T00:00:00.000Z";
    for (const [index, one] of attributes.entries()) {
      const before = await queuedImage(one);
      const after = {
        ...before,
        size: Number(one.properties.n),
        name: names?.[index] ?? "same",
        created_at: at,
      };
      await ports.images.commit({ image: { before, after } });
    }
    const seen: (number | null)[] = [];
    for (let marker: string | undefined; seen.length <= attributes.length; ) {
      const text = `limit=2&${sort}${marker ? `&marker=${marker}` : ""}`;
      const { entries, more } = await listImages(ports)(demo, query(text));
      seen.push(...entries.map(({ size }) => size));
      marker = entries.at(-1)?.id;
      if (!more) break;
    }
    const byId = [...metadata.images.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
    return { seen, byId: byId.map(({ size }) => size) };
  }

  it("is kept over pages, by what the index does not sort", async () => {
    expect((await paged("sort=size:asc")).seen).toEqual([1, 2, 3, 4, 5]);
    expect((await paged("sort=size:desc")).seen).toEqual([5, 4, 3, 2, 1]);
  });

  it("skips and repeats none of those that are equal in what the index sorts", async () => {
    expect((await paged("sort=name:asc,size:asc")).seen).toEqual([1, 2, 3, 4, 5]);
    expect((await paged("sort=created_at:desc,size:desc")).seen).toEqual([5, 4, 3, 2, 1]);
    const { seen, byId } = await paged("sort=created_at:asc,id:asc");
    expect(seen).toEqual(byId);
  });
});
