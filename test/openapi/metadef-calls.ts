import type { Tokens } from "./image-calls.ts";
import type { ServiceUnderTest } from "./service-under-test.ts";

const schema = {
  type: "integer",
  title: "Cores",
  minimum: 1,
  default: 2,
  operators: ["<in>"],
  readonly: false,
};
const association = { name: "OS::Glance::Image", prefix: "hw_", properties_target: "image" };
const object = { name: "sockets", description: "words", required: ["cores"], properties: { cores: schema } };
const items = { type: "array", title: "A list", items: { type: "string", enum: ["a"] }, uniqueItems: true };

/** The life of a namespace and of all that it may contain, each call judged by the document. */
export async function metadefCalls({ expecting }: ServiceUnderTest, tokens: Tokens): Promise<void> {
  const { admin: token, demo } = tokens;
  const namespaces = "/v2/metadefs/namespaces";
  const whole = `${namespaces}/OS::Test`;

  const body = {
    namespace: "OS::Test",
    display_name: "Test",
    description: "words",
    visibility: "public",
    resource_type_associations: [association],
    properties: { cores: schema, list: items },
    objects: [object],
    tags: [{ name: "numa" }],
  };
  await expecting(201, "POST", namespaces, { token, body });
  await expecting(409, "POST", namespaces, { token, body });
  await expecting(403, "POST", namespaces, { token: demo, body });
  await expecting(400, "POST", namespaces, { token, body: { namespace: "x".repeat(81) } });
  await expecting(201, "POST", namespaces, { token, body: { namespace: "bare" } });
  await expecting(200, "GET", whole, { token: demo });
  await expecting(200, "GET", `${whole}?resource_type=OS::Glance::Image`, { token: demo });
  await expecting(404, "GET", `${namespaces}/bare`, { token: demo });
  await expecting(200, "GET", `${namespaces}/bare`, { token });
  for (const query of ["", "?limit=1", "?visibility=public&sort_key=namespace&sort_dir=asc", "?limit=0"])
    await expecting(200, "GET", `${namespaces}${query}`, { token });
  await expecting(200, "GET", `${namespaces}?resource_types=OS::Glance::Image&marker=bare`, { token });
  await expecting(404, "GET", `${namespaces}?marker=none`, { token });
  await expecting(403, "GET", `${namespaces}?marker=bare`, { token: demo });
  await expecting(400, "GET", `${namespaces}?sort_key=none`, { token });
  const change = { namespace: "renamed", protected: true, visibility: "public" };
  await expecting(200, "PUT", `${namespaces}/bare`, { token, body: change });
  await expecting(403, "DELETE", `${namespaces}/renamed`, { token });
  await expecting(200, "PUT", `${namespaces}/renamed`, { token, body: { namespace: "renamed" } });
  await expecting(204, "DELETE", `${namespaces}/renamed`, { token });

  const objects = `${whole}/objects`;
  await expecting(200, "GET", `${objects}?limit=1&sort_dir=asc&visibility=shared`, { token: demo });
  await expecting(201, "POST", objects, { token, body: { name: "empty" } });
  await expecting(409, "POST", objects, { token, body: object });
  await expecting(200, "GET", `${objects}/empty`, { token: demo });
  await expecting(200, "PUT", `${objects}/empty`, { token, body: { ...object, name: "full" } });
  await expecting(404, "GET", `${objects}/empty`, { token });
  await expecting(204, "DELETE", `${objects}/full`, { token });

  const properties = `${whole}/properties`;
  await expecting(200, "GET", properties, { token: demo });
  await expecting(201, "POST", properties, { token, body: { name: "threads", ...schema } });
  await expecting(200, "GET", `${properties}/threads`, { token: demo });
  await expecting(200, "GET", `${properties}/hw_threads?resource_type=OS::Glance::Image`, { token: demo });
  await expecting(404, "GET", `${properties}/threads?resource_type=OS::Glance::Image`, { token });
  await expecting(200, "PUT", `${properties}/threads`, { token, body: { name: "list-2", ...items } });
  await expecting(204, "DELETE", `${properties}/list-2`, { token });
  await expecting(400, "POST", properties, { token, body: { name: "untitled", type: "string" } });

  const tags = `${whole}/tags`;
  await expecting(201, "POST", tags, { token, body: { tags: [{ name: "a" }, { name: "b" }] } });
  const headers = { "X-Openstack-Append": "true" };
  await expecting(201, "POST", tags, { token, headers, body: { tags: [{ name: "c" }] } });
  await expecting(409, "POST", tags, { token, headers, body: { tags: [{ name: "c" }] } });
  await expecting(200, "GET", `${tags}?limit=2&marker=c&sort_key=name&sort_dir=asc`, { token: demo });
  await expecting(201, "POST", `${tags}/d`, { token });
  await expecting(200, "GET", `${tags}/d`, { token: demo });
  await expecting(200, "PUT", `${tags}/d`, { token, body: { name: "e" } });
  await expecting(204, "DELETE", `${tags}/e`, { token });

  const types = `${whole}/resource_types`;
  await expecting(201, "POST", types, { token, body: { name: "OS::Nova::Flavor" } });
  await expecting(409, "POST", types, { token, body: { name: "OS::Nova::Flavor" } });
  await expecting(200, "GET", types, { token: demo });
  await expecting(204, "DELETE", `${types}/OS::Nova::Flavor`, { token });
  await expecting(404, "DELETE", `${types}/OS::Nova::Flavor`, { token });
  await expecting(200, "GET", "/v2/metadefs/resource_types", { token: demo });

  const wrong = { name: "wrong", hw_cores: "none" };
  const { json: image } = await expecting<{ id: string }>(201, "POST", "/v2/images", {
    token: demo,
    body: wrong,
  });
  await expecting(200, "GET", `/v2/images/${image.id}/metadefs`, { token: demo });
  await expecting(404, "GET", "/v2/images/none/metadefs", { token: demo });

  for (const collection of [objects, properties, tags]) {
    await expecting(403, "DELETE", collection, { token: demo });
    await expecting(204, "DELETE", collection, { token });
  }
  await expecting(204, "DELETE", whole, { token });
}
