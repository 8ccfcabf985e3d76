import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Unavailable } from "../../../../shared/errors.ts";
import { keystoneLimits } from "../../../../shared/images/adapters/keystone/keystone-limits.ts";
import { askKeystone } from "../../../../shared/keystone/ask-keystone.ts";
import { serviceToken } from "../../../../shared/keystone/service-token.ts";
import { FakeKeystone } from "../../identity/keystone/fake-keystone.ts";

let keystone: FakeKeystone;
let now: number;

const limitsOf = (endpointId = "") => {
  const clock = () => new Date(now);
  const ask = askKeystone({ authUrl: keystone.url, timeoutSeconds: 5, clock });
  const credentials = async () => ({
    username: "glance",
    password: "secret",
    projectName: "service",
    userDomainName: "Default",
    projectDomainName: "Default",
  });
  const service = serviceToken({ ask, credentials, clock, scope: "system" });
  return keystoneLimits({ ask, service, clock, cacheSeconds: 300, endpointId });
};
const register = (resource_name: string, default_limit: number, region_id: string | null = null) =>
  keystone.catalog["/registered_limits"]?.push({ service_id: "s1", region_id, resource_name, default_limit });
const limit = (project_id: string, resource_name: string, resource_limit: number) =>
  keystone.catalog["/limits"]?.push({
    service_id: "s1",
    region_id: null,
    project_id,
    resource_name,
    resource_limit,
  });

beforeEach(async () => {
  keystone = new FakeKeystone();
  await keystone.start();
  keystone.catalog["/services"]?.push({ id: "s1", type: "image" }, { id: "s2", type: "compute" });
  now = Date.now();
});
afterEach(() => keystone.stop());

describe("limits of a project", () => {
  test("are its own, else the registered ones, and 0 where there are none", async () => {
    register("image_count_total", 10);
    register("image_size_total", 500);
    limit("p1", "image_count_total", 3);
    limit("p2", "image_count_total", 99);
    expect(await limitsOf().of("p1")).toEqual({
      image_count_total: 3,
      image_count_uploading: 0,
      image_size_total: 500,
      image_stage_total: 0,
    });
    expect(await limitsOf().of("p3")).toMatchObject({ image_count_total: 10 });
  });

  test("are asked for once in the cache time, and then anew", async () => {
    register("image_count_total", 10);
    const limits = limitsOf();
    await limits.of("p1");
    const asked = keystone.listed.length;
    limit("p1", "image_count_total", 3);
    expect(await limits.of("p1")).toMatchObject({ image_count_total: 10 });
    expect(keystone.listed).toHaveLength(asked);
    await limits.of("p2");
    expect(keystone.listed.slice(asked)).toEqual(["/v3/limits?service_id=s1&project_id=p2"]);
    now += 301_000;
    expect(await limits.of("p1")).toMatchObject({ image_count_total: 3 });
    expect(keystone.logins).toBe(1);
  });

  test("go on when Keystone has forgotten the service's token", async () => {
    register("image_count_total", 10);
    const limits = limitsOf();
    await limits.of("p1");
    keystone.forgetServiceTokens();
    expect(await limits.of("p2")).toMatchObject({ image_count_total: 10 });
    expect(keystone.logins).toBe(2);
  });
});

describe("the endpoint", () => {
  test("names service and region, as for oslo.limit", async () => {
    keystone.catalog["/endpoints"]?.push({ id: "e1", service_id: "s1", region_id: "R1" });
    register("image_count_total", 1, "R1");
    register("image_count_total", 2, "R2");
    expect(await limitsOf("e1").of("p1")).toMatchObject({ image_count_total: 1 });
  });

  test("must be named where one service has limits in several regions, or several services are there", async () => {
    register("image_count_total", 1, "R1");
    register("image_count_total", 2, "R2");
    await expect(limitsOf().of("p1")).rejects.toMatchObject({
      cause: expect.stringContaining("set endpoint_id"),
    });
    keystone.catalog["/services"]?.push({ id: "s3", type: "image" });
    await expect(limitsOf().of("p1")).rejects.toMatchObject({
      cause: expect.stringContaining("set endpoint_id"),
    });
  });
});

describe("without an answer nobody gets unlimited room", () => {
  test.each([
    ["the endpoint is not there", () => limitsOf("e9")],
    [
      "no service is of type image",
      () => {
        keystone.catalog["/services"] = [];
        return limitsOf();
      },
    ],
    [
      "the service's user has no role on the system",
      () => {
        keystone.hasSystemRole = false;
        return limitsOf();
      },
    ],
    [
      "a limit is no number",
      () => {
        keystone.catalog["/limits"]?.push({ service_id: "s1", project_id: "p1", resource_name: "x" });
        return limitsOf();
      },
    ],
    [
      "Keystone is failing",
      () => {
        keystone.mood = "failing";
        return limitsOf();
      },
    ],
    [
      "Keystone talks nonsense",
      () => {
        keystone.mood = "garbage";
        return limitsOf();
      },
    ],
  ])("%s", async (_case, make) => {
    await expect(make().of("p1")).rejects.toBeInstanceOf(Unavailable);
  });
});
