import { describe, expect, it } from "vitest";
import { showContradictions } from "../../../../shared/metadefs/operations/show-contradictions.ts";
import { admin, member, memoryCatalogue, nobody } from "../../../fakes/metadefs/service.ts";

const forImages = (prefix: string | null) => ({
  resource_type_associations: [{ name: "OS::Glance::Image", prefix, properties_target: null }],
});
const cpus = (maximum: number) => [
  { name: "cpus", schema: { type: "integer" as const, title: "CPUs", description: "How many", maximum } },
];

describe("an image's properties against the catalogue", () => {
  it("are compared with what the caller sees of it, and only with what is for images", async () => {
    const catalogue = memoryCatalogue();
    await catalogue.create("Open", { visibility: "public", properties: cpus(4), ...forImages("hw_") });
    await catalogue.create("Secret", { properties: cpus(2), ...forImages("hw_") });
    await catalogue.create("Volumes", { visibility: "public", properties: cpus(1) });
    const show = showContradictions(catalogue.ports);

    expect(await show(member, { hw_cpus: "3" })).toEqual({ namespaces: ["Open"], contradictions: [] });
    expect(await show(member, { hw_cpus: "8", cpus: "9" })).toEqual({
      namespaces: ["Open"],
      contradictions: [
        {
          property: "hw_cpus",
          value: "8",
          problem: "range",
          namespace: "Open",
          title: "CPUs",
          description: "How many",
          message: "hw_cpus must be at most 4.",
        },
      ],
    });
    const seen = await show(admin, { hw_cpus: "8" });
    expect(seen.namespaces).toEqual(["Open", "Secret"]);
    expect(seen.contradictions.map(({ namespace }) => namespace)).toEqual(["Open", "Secret"]);
  });

  it("are nobody's business who may not list namespaces", async () => {
    const { ports } = memoryCatalogue();
    await expect(showContradictions(ports)(nobody, {})).rejects.toMatchObject({ status: 404 });
  });

  it("are not judged by halves: too many namespaces are refused", async () => {
    const catalogue = memoryCatalogue();
    for (let number = 0; number < 201; number++)
      await catalogue.create(`N${number}`, { visibility: "public", ...forImages(null) });
    await expect(showContradictions(catalogue.ports)(member, {})).rejects.toMatchObject({ status: 409 });
  });
});
