import type { ServiceUnderTest } from "./service-under-test.ts";

const domain = { name: "Default" };

/** The body of a login by password; without a project the service chooses one. */
export const login = (name: string, password: string, project?: string) => ({
  auth: {
    identity: { methods: ["password"], password: { user: { name, password, domain } } },
    ...(project !== undefined && { scope: { project: { name: project, domain } } }),
  },
});

/** The life of a project, a user and an application credential, each call judged by the document. */
export async function identityCalls({ expecting }: ServiceUnderTest, admin: string): Promise<void> {
  const token = admin;
  const tokenOf = async (body: unknown) =>
    (await expecting(201, "POST", "/v3/auth/tokens", { body })).headers.get("x-subject-token") ?? "";

  await expecting(200, "GET", "/v3");
  await expecting(200, "GET", "/v3/.well-known/jwks.json");
  for (const path of ["domains", "domains/default", "roles?name=member", "users?name=demo", "projects"])
    await expecting(200, "GET", `/v3/${path}`, { token });
  const { json: roles } = await expecting<{ roles: { id: string }[] }>(200, "GET", "/v3/roles", { token });
  const [role] = roles.roles;
  await expecting(200, "GET", `/v3/roles/${role?.id}`, { token });

  const { project } = (
    await expecting<{ project: { id: string } }>(201, "POST", "/v3/projects", {
      token,
      body: { project: { name: "lab", description: "a project" } },
    })
  ).json;
  await expecting(409, "POST", "/v3/projects", { token, body: { project: { name: "lab" } } });
  const { user } = (
    await expecting<{ user: { id: string } }>(201, "POST", "/v3/users", {
      token,
      body: {
        user: { name: "joe", password: "first", email: "joe@example.org", default_project_id: project.id },
      },
    })
  ).json;
  const own = { user: `/v3/users/${user.id}`, project: `/v3/projects/${project.id}` };
  const grants = `${own.project}/users/${user.id}/roles`;
  await expecting(204, "PUT", `${grants}/${role?.id}`, { token });
  for (const path of [
    grants,
    own.user,
    `${own.user}/projects`,
    own.project,
    `/v3/role_assignments?user.id=${user.id}`,
    `/v3/role_assignments?scope.project.id=${project.id}&role.id=${role?.id}&effective&include_names=1`,
  ])
    await expecting(200, "GET", path, { token });
  await expecting(200, "PATCH", own.user, { token, body: { user: { description: "a user" } } });
  await expecting(200, "PATCH", own.project, { token, body: { project: { description: "" } } });

  const joe = await tokenOf(login("joe", "first"));
  await tokenOf({ auth: { identity: { methods: ["token"], token: { id: joe } }, scope: "unscoped" } });
  const subject = { "X-Subject-Token": joe };
  await expecting(200, "GET", "/v3/auth/tokens", { token: joe, headers: subject });
  await expecting(200, "GET", "/v3/auth/tokens?nocatalog", { token: joe, headers: subject });
  await expecting(200, "HEAD", "/v3/auth/tokens", { token: joe, headers: subject });
  const other = { "X-Subject-Token": await tokenOf(login("joe", "first")) };
  await expecting(204, "DELETE", "/v3/auth/tokens", { token: joe, headers: other });
  await expecting(404, "DELETE", "/v3/auth/tokens", { token: joe, headers: other });
  await expecting(404, "GET", "/v3/auth/tokens", { token: joe, headers: other });
  await expecting(200, "GET", "/v3/auth/catalog", { token: joe });
  await expecting(200, "GET", "/v3/auth/projects", { token: joe });
  await expecting(403, "GET", "/v3/users", { token: await tokenOf(login("demo", "demo")) });

  const credentials = `${own.user}/application_credentials`;
  const { application_credential: credential } = (
    await expecting<{ application_credential: { id: string; secret: string } }>(201, "POST", credentials, {
      token: joe,
      body: {
        application_credential: {
          name: "ci",
          expires_at: "2100-01-01T00:00:00Z",
          roles: [{ name: "reader" }],
        },
      },
    })
  ).json;
  await expecting(200, "GET", credentials, { token: joe });
  await expecting(200, "GET", `${credentials}/${credential.id}`, { token: joe });
  const { id, secret } = credential;
  const ci = await tokenOf({
    auth: { identity: { methods: ["application_credential"], application_credential: { id, secret } } },
  });
  await expecting(403, "DELETE", `${credentials}/${id}`, { token: ci });
  await expecting(204, "DELETE", `${credentials}/${id}`, { token: joe });

  const changed = { user: { original_password: "first", password: "second" } };
  await expecting(204, "POST", `${own.user}/password`, { body: changed });
  await expecting(401, "POST", `${own.user}/password`, { body: changed });
  await expecting(401, "POST", "/v3/auth/tokens", { body: login("joe", "first") });
  const locked = await expecting(429, "POST", "/v3/auth/tokens", { body: login("joe", "second") });
  if (locked.headers.get("retry-after") === null) throw new Error("nobody says how long to wait");
  await expecting(204, "DELETE", `${grants}/${role?.id}`, { token });
  await expecting(204, "DELETE", own.user, { token });
  await expecting(204, "DELETE", own.project, { token });
}
