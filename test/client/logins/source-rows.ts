import { auth, domains, one, type Row, row, variables, who } from "./row.ts";

const publicClouds = (values: string) => `public-clouds:\n  vendor: {${values}}\n`;

export const fileRows: readonly Row[] = [
  row("~/.config/openstack", { ".config/openstack/clouds.yaml": one(auth) }),
  row("XDG_CONFIG_HOME", { "xdg/openstack/clouds.yaml": one(auth) }, { XDG_CONFIG_HOME: "{folder}/xdg" }),
  row("XDG_CONFIG_DIRS", { "xdg/openstack/clouds.yaml": one(auth) }, { XDG_CONFIG_DIRS: "{folder}/xdg" }),
  row("the current folder goes before the user's", {
    "clouds.yaml": one(auth),
    ".config/openstack/clouds.yaml": one("x: y"),
  }),
  row("clouds.yml", { "clouds.yml": one(auth) }),
  row("clouds.json", {
    "clouds.json": JSON.stringify({
      clouds: {
        one: {
          auth: {
            auth_url: "{url}/v3",
            username: "demo",
            password: "demo",
            project_name: "demo",
            user_domain_id: "default",
            project_domain_id: "default",
          },
        },
      },
    }),
  }),
  row("long number in JSON", {
    "clouds.json":
      '{"clouds":{"one":{"auth":{"auth_url":"{url}/v3","username":"demo","password":12345678901234567890,"project_name":"demo","user_domain_id":"default","project_domain_id":"default"}}}}',
  }),
  row("broken JSON", { "clouds.json": '{"clouds":' }),
  row(
    "OS_CLIENT_CONFIG_FILE",
    { "elsewhere.yaml": one(auth), "clouds.yaml": one("x: y") },
    { OS_CLIENT_CONFIG_FILE: "{folder}/elsewhere.yaml" },
  ),
  row("OS_CLIENT_CONFIG_FILE that is not there", one(auth), {
    OS_CLIENT_CONFIG_FILE: "{folder}/nowhere.yaml",
  }),
  row("secure.yaml", {
    "clouds.yaml": one(auth.replace(", password: demo", "")),
    "secure.yaml": one("password: demo"),
  }),
  row(
    "secure.yaml elsewhere",
    { "clouds.yaml": one(auth.replace(", password: demo", "")), "s.yaml": one("password: demo") },
    { OS_CLIENT_SECURE_FILE: "{folder}/s.yaml" },
  ),
  row("secure.yaml alone", { "secure.yaml": one(auth) }),
  row("profile", {
    "clouds.yaml": one(`${who}, project_name: demo`, "profile: vendor"),
    "clouds-public.yaml": publicClouds(`auth: {auth_url: "{url}/v3", ${domains}}, region_name: R2`),
  }),
  row("the cloud goes before its profile", {
    "clouds.yaml": one(`${auth}`, "profile: vendor"),
    "clouds-public.yaml": publicClouds(`auth: {auth_url: "{url}/wrong", username: x}, interface: internal`),
  }),
  row("profile's regions", {
    "clouds.yaml": one(auth, "profile: vendor"),
    "clouds-public.yaml": publicClouds("regions: [R2, R1]"),
  }),
  row("cloud, the old name of profile", {
    "clouds.yaml": one(auth, "cloud: vendor"),
    "clouds-public.yaml": publicClouds("region_name: R2"),
  }),
  row("a profile that nobody knows", one(auth, "profile: nobody")),
];

export const environmentRows: readonly Row[] = [
  row("the variables alone", {}, { ...variables, OS_CLOUD: "" }),
  row("the variables and a cloud that nobody named", one("x: y"), { ...variables, OS_CLOUD: "" }),
  row("OS_TENANT_NAME", {}, { ...variables, OS_CLOUD: "", OS_PROJECT_NAME: "", OS_TENANT_NAME: "alt" }),
  row("OS_USERNAME goes before the cloud's", one(auth), { OS_USERNAME: "alt", OS_PASSWORD: "alt" }),
  row("OS_PROJECT_NAME does not", one(auth), { OS_PROJECT_NAME: "alt" }),
  row("OS_USER_DOMAIN_NAME that is wrong", one(auth.replace("user_domain_id: default, ", "")), {
    OS_USER_DOMAIN_NAME: "Wrong",
  }),
  row("OS_AUTH_URL goes before the cloud's", one(auth.replace("{url}", "{url}/wrong")), {
    OS_AUTH_URL: "{url}/v3",
  }),
  row("OS_AUTH_TYPE", one(auth), { OS_AUTH_TYPE: "v3password" }),
  row(
    "OS_IDENTITY_API_VERSION without domains",
    {},
    {
      ...variables,
      OS_CLOUD: "",
      OS_USER_DOMAIN_ID: "",
      OS_PROJECT_DOMAIN_ID: "",
      OS_IDENTITY_API_VERSION: "3",
    },
  ),
  row("OS_ENDPOINT and OS_TOKEN", {}, { OS_CLOUD: "", OS_ENDPOINT: "{url}/v2", OS_TOKEN: "{token}" }),
  row("OS_ENDPOINT_TYPE is not read", {}, { ...variables, OS_CLOUD: "", OS_ENDPOINT_TYPE: "internal" }),
  row("OS_CLOUD_NAME of a cloud in the file", one(auth), { OS_CLOUD_NAME: "one" }),
  row("--os-cloud goes before OS_CLOUD", one(auth), { OS_CLOUD: "two" }, ["--os-cloud", "one"]),
];
