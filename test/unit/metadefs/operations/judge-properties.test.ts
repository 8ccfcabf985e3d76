import { describe, expect, it } from "vitest";
import { judgeProperties } from "../../../../shared/metadefs/operations/judge-properties.ts";
import type { WholeNamespace } from "../../../../shared/metadefs/ports/namespace-store.ts";
import { warningHeader } from "../../../../shared/metadefs/wire/warning-header.ts";

const at = "2026-01-01T00:00:00.000Z";
const times = { created_at: at, updated_at: at };

function hardware(maximum: number): WholeNamespace {
  return {
    namespace: {
      id: "1",
      namespace: "Hardware",
      display_name: null,
      description: null,
      visibility: "private",
      protected: false,
      owner: "admin",
      resource_types: [{ name: "OS::Glance::Image", prefix: "hw_", properties_target: null, ...times }],
      revision: 1,
      ...times,
    },
    content: {
      objects: [],
      properties: [{ name: "cpus", schema: { type: "integer", title: "CPUs", maximum }, ...times }],
      tags: [],
    },
  };
}

/** A catalogue of one namespace, which counts its reads and can be changed. */
function catalogue() {
  const state = { reads: 0, now: Date.parse(at), whole: hardware(4) };
  const ports = {
    namespaces: {
      read: async (name: string) => {
        state.reads++;
        return name === "Hardware" ? state.whole : undefined;
      },
    },
    clock: () => new Date(state.now),
  };
  return { state, ports };
}

describe("the properties that a request sets", () => {
  it("are refused with every reason, or told of, as an admin has chosen", async () => {
    const { ports } = catalogue();
    const given = [
      ["hw_cpus", "8"],
      ["hw_typo", "1"],
      ["other", "free"],
    ] as const;
    const refusing = judgeProperties(ports, { warn: [], refuse: ["Hardware"] })();
    await expect(refusing.judge(given)).rejects.toMatchObject({
      status: 400,
      message: "hw_cpus must be at most 4. hw_typo is defined nowhere, though hw_ is the prefix of Hardware.",
    });

    const request = judgeProperties(ports, { warn: ["Hardware"], refuse: [] });
    const warning = request();
    await warning.judge(given);
    await warning.judge(given);
    expect(warning.warnings).toEqual([
      "hw_cpus must be at most 4.",
      "hw_typo is defined nowhere, though hw_ is the prefix of Hardware.",
    ]);
    expect(request().warnings).toEqual([]);
  });

  it("cost no read without a chosen namespace, nor without a property", async () => {
    const { ports, state } = catalogue();
    await judgeProperties(ports, { warn: [], refuse: [] })().judge([["hw_cpus", "x"]]);
    await judgeProperties(ports, { warn: ["Hardware"], refuse: ["Hardware"] })().judge([]);
    expect(state.reads).toBe(0);
  });

  it("are judged for a minute by what was read, and by a changed definition after it", async () => {
    const { ports, state } = catalogue();
    const request = judgeProperties(ports, { warn: [], refuse: ["Hardware", "none of that name"] });
    for (let times = 0; times < 3; times++) await request().judge([["hw_cpus", "4"]]);
    expect(state.reads).toBe(2);
    state.whole = hardware(2);
    state.now += 59_000;
    await request().judge([["hw_cpus", "4"]]);
    state.now += 2_000;
    await expect(request().judge([["hw_cpus", "4"]])).rejects.toMatchObject({ status: 400 });
  });
});

describe("the header of warnings", () => {
  it("is absent without any, in ASCII, and never above 2 KB", () => {
    expect(warningHeader([])).toEqual({});
    expect(warningHeader(["a\r\nb", "é;"])).toEqual({
      "OpenStack-image-metadef-warnings": "a\\u000d\\u000ab; \\u00e9\\u003b",
    });
    const [long] = Object.values(
      warningHeader(Array.from({ length: 500 }, (_, number) => `warning ${number}.`)),
    );
    expect(long?.length).toBe(2048);
    expect(long?.endsWith("...")).toBe(true);
  });
});
