import { auth, domains, one, type Row, row, who } from "./row.ts";

export const loginRows: readonly Row[] = [
  row(
    "values beside auth",
    one("x: y").replace(
      "    auth: {x: y}",
      [
        '    auth_url: "{url}/v3"',
        "    username: demo",
        "    password: demo",
        "    project_name: demo",
        "    user_domain_name: Default",
        "    project_domain_name: Default",
      ].join("\n"),
    ),
  ),
  row(
    "username beside auth goes before the one within",
    one(auth, "username: alt", "password: alt", "project_id: nowhere"),
  ),
  row("project name within auth goes before the one beside", one(auth, "project_name: alt")),
  row(
    "a right user domain beside auth",
    one(auth.replace(domains, "project_domain_id: default"), "user_domain_name: Default"),
  ),
  row(
    "a wrong user domain beside auth",
    one(auth.replace(domains, "project_domain_id: default"), "user_domain_name: Wrong"),
  ),
  row(
    "a wrong project domain beside auth",
    one(auth.replace(domains, "user_domain_id: default"), "project_domain_name: Wrong"),
  ),
  row(
    "a wrong user domain within auth",
    one(auth.replace(domains, "project_domain_id: default, user_domain_name: Wrong")),
  ),
  row("no domains", one(`auth_url: "{url}/v3", ${who}, project_name: demo`)),
  row(
    "no domains, identity_api_version 3",
    one(`auth_url: "{url}/v3", ${who}, project_name: demo`, "identity_api_version: 3"),
  ),
  row(
    "no domains, identity_api_version 3, OS_DEFAULT_DOMAIN",
    one(`auth_url: "{url}/v3", ${who}, project_name: demo`, "identity_api_version: 3"),
    { OS_DEFAULT_DOMAIN: "other" },
  ),
  row(
    "default_domain_id",
    one(`auth_url: "{url}/v3", ${who}, project_name: demo, default_domain_id: default`),
  ),
  row(
    "default_domain_name",
    one(`auth_url: "{url}/v3", ${who}, project_name: demo, default_domain_name: Wrong`),
  ),
  row(
    "default_domain beside auth",
    one(`auth_url: "{url}/v3", ${who}, project_name: demo`, "default_domain: Wrong"),
  ),
  row(
    "domain_name once for both",
    one(`auth_url: "{url}/v3", ${who}, project_name: demo, domain_name: Default`),
  ),
  row(
    "domain_id beside auth, with a project",
    one(`auth_url: "{url}/v3", ${who}, project_name: demo`, "domain_id: wrong"),
  ),
  row("domain scope", one(`auth_url: "{url}/v3", ${who}, user_domain_id: default, domain_id: default`)),
  row("system scope", one(`auth_url: "{url}/v3", ${who}, user_domain_id: default, system_scope: all`)),
  row("project and trust", one(`${auth}, trust_id: abc`)),
  row("no scope", one(`auth_url: "{url}/v3", ${who}, user_domain_id: default`)),
  row("tenant_name", one(auth.replace("project_name", "tenant_name"))),
  row(
    "tenant-name and project-name, the project wins",
    one(auth.replace("project_name: demo", "tenant-name: alt, project-name: demo")),
  ),
  row("user_name", one(auth.replace("username", "user_name"))),
  row("user is no name of username", one(auth.replace("username", "user"))),
  row("names with dashes", one(auth.replace("user_domain_id", "user-domain-id"), "region-name: R2")),
  row("user_id instead of a name", one(auth.replace("username: demo", "user_id: nobody"))),
  row("no password", one(auth.replace("password: demo", "password: ''"))),
  row("no password but OS_PASSWORD", one(auth.replace(", password: demo", "")), { OS_PASSWORD: "demo" }),
  row("no username", one(auth.replace("username: demo, ", ""))),
  row("no auth_url", one(auth.replace('auth_url: "{url}/v3", ', ""))),
  row("auth_url with a slash at its end", one(auth.replace("/v3", "/v3/"))),
  row("auth_url of v2.0", one(auth.replace("/v3", "/v2.0"))),
  row("unversioned auth_url, version document", one(auth.replace("/v3", "/keystone"))),
  row("unversioned auth_url, image service's document", one(auth.replace("/v3", ""))),
  row("v3password, unversioned auth_url", one(auth.replace("/v3", ""), "auth_type: v3password")),
  row(
    "v3password without a user domain",
    one(auth.replace("user_domain_id: default, ", ""), "auth_type: v3password"),
  ),
  row(
    "v3password without a project domain",
    one(auth.replace(", project_domain_id: default", ""), "auth_type: v3password"),
  ),
  row("auth_type null", one(auth, "auth_type: null")),
  row("auth_plugin is not read", one(auth, "auth_plugin: v3token")),
  row("unknown auth_type", one(auth, "auth_type: magic")),
  row("a token beside a password", one(auth, "token: abc")),
  row(
    "token without auth_type",
    one('auth_url: "{url}/v3", token: "{token}", project_name: demo, project_domain_id: default'),
  ),
  row(
    "token",
    one(
      'auth_url: "{url}/v3", token: "{token}", project_name: demo, project_domain_id: default',
      "auth_type: token",
    ),
  ),
  row(
    "auth_token",
    one(
      'auth_url: "{url}/v3", auth_token: "{token}", project_name: demo, project_domain_id: default',
      "auth_type: v3token",
    ),
  ),
  row(
    "token beside auth",
    one(
      'auth_url: "{url}/v3", project_name: demo, project_domain_id: default',
      "auth_type: v3token",
      'token: "{token}"',
    ),
  ),
  row("token with a username", one(`${auth}, token: abc`, "auth_type: token")),
  row(
    "application credential",
    one(
      'auth_url: "{url}/v3", application_credential_id: abc, application_credential_secret: s',
      "auth_type: v3applicationcredential",
    ),
  ),
  row(
    "application credential by name",
    one(
      `auth_url: "{url}/v3", application_credential_name: n, application_credential_secret: s, username: demo, user_domain_id: default`,
      "auth_type: v3applicationcredential",
    ),
  ),
  row(
    "application credential with a project",
    one(
      'auth_url: "{url}/v3", application_credential_id: abc, application_credential_secret: s, project_id: p',
      "auth_type: v3applicationcredential",
    ),
  ),
  row(
    "application credential without auth_type",
    one('auth_url: "{url}/v3", application_credential_id: abc, application_credential_secret: s'),
  ),
  row(
    "oidc access token",
    one(
      'auth_url: "{url}/v3", identity_provider: idp, protocol: openid, access_token: abc, project_name: demo, project_domain_id: default',
      "auth_type: v3oidcaccesstoken",
    ),
  ),
  row("admin_token", one('endpoint: "{url}/v2", token: "{token}"', "auth_type: admin_token")),
  row("token_endpoint", one('url: "{url}/v2", token: "{token}"', "auth_type: token_endpoint")),
  row("admin_token without a token", one('endpoint: "{url}/v2"', "auth_type: admin_token")),
  row("none", one('endpoint: "{url}"', "auth_type: none")),
  row("none with a token", one('endpoint: "{url}", token: abc', "auth_type: none")),
  row("passcode", one(auth, "passcode: 123456")),
];
