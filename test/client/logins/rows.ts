/**
 * One configuration, to be used by the openstack client and by imagectl. In all texts `{url}` and `{tls}` are the
 * cloud's base URLs, `{ca}` a file with its authority, `{other-ca}` one of another, `{proxy}` a proxy, `{folder}` the
 * current folder and home.
 */
export interface Row {
  readonly is: string;
  /** By path below the folder; `clouds.yaml` alone as text. */
  readonly files: string | Readonly<Record<string, string | Uint8Array>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
}

const named = { OS_CLOUD: "one" };
const who = "username: demo, password: demo";
const domains = "user_domain_id: default, project_domain_id: default";
const auth = `auth_url: "{url}/v3", ${who}, project_name: demo, ${domains}`;
const variables = {
  OS_AUTH_URL: "{url}/v3",
  OS_USERNAME: "demo",
  OS_PASSWORD: "demo",
  OS_PROJECT_NAME: "demo",
  OS_USER_DOMAIN_ID: "default",
  OS_PROJECT_DOMAIN_ID: "default",
};

/** A cloud `one` with these values in `auth`, and these lines beside it. */
const one = (values: string, ...beside: string[]) =>
  ["clouds:", "  one:", `    auth: {${values}}`, ...beside.map((line) => `    ${line}`), ""].join("\n");
const row = (
  is: string,
  files: Row["files"],
  environment: Readonly<Record<string, string>> = {},
  words: readonly string[] = [],
): Row => ({ is, files, environment: { ...named, ...environment }, words });
const password = (text: string) => one(auth.replace("password: demo", `password: ${text}`));
const anchored = (merge: string) =>
  [
    `defaults: &defaults {auth: &login {${auth}}, region_name: R2}`,
    "other: &other {region_name: R1}",
    "clouds:",
    "  one:",
    merge,
    "",
  ].join("\n");
const publicClouds = (values: string) => `public-clouds:\n  vendor: {${values}}\n`;

const yamlRows: readonly Row[] = [
  row("plain", one(auth)),
  row("merge key of the cloud", anchored("    <<: *defaults")),
  row(
    "merge key of auth",
    anchored("    auth: {<<: *login, username: alt, password: alt, project_name: alt}"),
  ),
  row(
    "merge keys of both, the written one wins",
    anchored("    region_name: R1\n    <<: *defaults\n    auth: {<<: *login}"),
  ),
  row("list of merged mappings, the first wins", anchored("    <<: [*other, *defaults]")),
  row("two merge keys", anchored("    <<: *other\n    <<: *defaults")),
  row("merge of something that is no mapping", anchored("    <<: 5\n    auth: *login")),
  row("alias as a whole value", anchored("    auth: *login")),
  row("alias without an anchor", one(auth, "region_name: *nowhere")),
  row("a key given twice, the last counts", one(`${auth}, username: alt, password: alt, project_name: alt`)),
  row("a cloud given twice, the last counts", `${one("username: x")}  one: {auth: {${auth}}}\n`),
  row("password of digits", password("12345678901234567890")),
  row("password 1e5", password("1e5")),
  row("password 12345678e12", password("12345678e12")),
  row("password 1.50", password("1.50")),
  row("password 1.0e+20", password("1.0e+20")),
  row("password 0777, octal", password("0777")),
  row("password 089, no octal", password("089")),
  row("password 0o17", password("0o17")),
  row("password 0x1F", password("0x1F")),
  row("password 1_000", password("1_000")),
  row("password 190:20:30, sexagesimal", password("190:20:30")),
  row("password +.inf", password("+.inf")),
  row("password yes", password("yes")),
  row("password null", password("null")),
  row("password ~ in quotes", password('"~"')),
  row("password that is a date", password("2001-12-14")),
  row("password =", password("=")),
  row("password !!str 0777", password("!!str 0777")),
  row("password with an unknown tag", password("!secret demo")),
  row("password that is a list", password("[demo]")),
  row("password y, no boolean", password("y")),
  row("username no", one(auth.replace("username: demo", "username: no"))),
  row("project name null", one(auth.replace("project_name: demo", "project_name: null"))),
  row("project name of digits", one(auth.replace("project_name: demo", "project_name: 0123"))),
  row("project name on", one(auth.replace("project_name: demo", "project_name: on"))),
  row("domain name null beside an id", one(`${auth}, user_domain_name: null`)),
  row("tab as indentation", one(auth).replace("    auth", "\tauth")),
  row("tab before a value", one(auth).replace("auth: ", "auth:\t")),
  row("two documents", `${one(auth)}---\n${one(auth)}`),
  row("a document's start and end", `---\n${one(auth)}...\n`),
  row("byte order mark", `\ufeff${one(auth)}`),
  row("no UTF-8", { "clouds.yaml": Buffer.from(one(`${auth}, password: d\xe9mo`), "latin1") }),
  row("a control character", one(`${auth}, password: "d\u0007"`)),
  row("carriage returns", one(auth).replaceAll("\n", "\r\n")),
  row("%YAML 1.2", `%YAML 1.2\n---\n${one(auth.replace("project_name: demo", "project_name: on"))}`),
  row(
    "a thousand clouds",
    `${one(auth)}${Array.from({ length: 1000 }, (_, n) => `  c${n}: {auth: {${auth}}}\n`).join("")}`,
  ),
  row("a number as a key", one(`${auth}, 5: x`)),
  row("another cloud's name is no", `${one(auth)}  no: {auth: {}}\n`),
];

const shapeRows: readonly Row[] = [
  row("empty file", ""),
  row("clouds is null", "clouds:\n"),
  row("clouds is a list", "clouds: [one]\n"),
  row("the cloud is null", "clouds:\n  one:\n"),
  row("auth is null", "clouds:\n  one:\n    auth:\n"),
  row("unknown cloud", one(auth), { OS_CLOUD: "two" }),
  row("several clouds and none named", `${one(auth)}  two: {auth: {${auth}}}\n`, { OS_CLOUD: "" }),
  row("a cloud named envvars", `${one(auth)}  envvars: {auth: {${auth}}}\n`),
  row("unknown keys beside auth", one(auth, "colour: red", "nested: {a: [1, 2]}", "message: hello")),
  row("an unknown key in auth", one(`${auth}, colour: red`)),
  row(
    "client, networks",
    `${one(auth, "networks: [{name: n, default_interface: true}]")}client: {force_ipv4: true}\n`,
  ),
  row("networks without a name", one(auth, "networks: [{routes_externally: true}]")),
  row("networks and external_network", one(auth, "networks: [{name: n}]", "external_network: m")),
  row(
    "two networks that exclude each other",
    one(auth, "networks: [{name: a, nat_destination: true}, {name: b, nat_destination: true}]"),
  ),
  row("networks null", one(auth, "networks:")),
  row(
    "empty strings",
    one(`${auth}, user_domain_name: "", system_scope: ""`, 'cacert: ""', 'image_endpoint_override: ""'),
  ),
  row("braces that name a value", one(auth.replace("{url}/v3", "{url}/{identity}"), "identity: v3")),
  row("braces that name nothing", one(auth, 'note: "{nothing}"')),
  row("doubled braces", one(auth, 'note: "{{x}}"')),
];

const loginRows: readonly Row[] = [
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

const placeRows: readonly Row[] = [
  row("region_name", one(auth, "region_name: R2")),
  row("unknown region_name", one(auth, "region_name: R9")),
  row("--os-region-name that the cloud does not have", one(auth, "region_name: R2"), {}, [
    "--os-region-name",
    "R1",
  ]),
  row("regions, the first", one(auth, "regions: [R2, R1]")),
  row("regions, a chosen one", one(auth, "regions: [R2, R1]"), { OS_REGION_NAME: "R1" }),
  row("regions, none of them", one(auth, "regions: [R2]"), { OS_REGION_NAME: "R1" }),
  row("regions with values", one(auth, "regions: [{name: R2, values: {interface: internal}}, R1]")),
  row(
    "regions with values of auth",
    one(auth, "regions: [{name: R1, values: {auth: {username: alt, password: alt, project_name: alt}}}]"),
  ),
  row("regions with unknown keys", one(auth, "regions: [{name: R1, colour: red}]")),
  row("regions null", one(auth, "regions:")),
  row("region_name null", one(auth, "region_name:")),
  row("region_name as a list in text", one(auth, 'region_name: "R2,R1"')),
  row("OS_REGION_NAME without a region in the file", one(auth), { OS_REGION_NAME: "R2" }),
  row("image_region_name", one(auth, "image_region_name: R2")),
  row("interface", one(auth, "interface: internal")),
  row("interface internalURL", one(auth, "interface: internalURL")),
  row("interface in capitals", one(auth, "interface: Internal")),
  row("endpoint_type goes before interface", one(auth, "interface: public", "endpoint_type: internal")),
  row("image_interface", one(auth, "image_interface: internal")),
  row("image_endpoint_type", one(auth, "image_endpoint_type: internal")),
  row("OS_INTERFACE", one(auth, "interface: public"), { OS_INTERFACE: "internal" }),
  row("image_endpoint_override", one(auth, 'image_endpoint_override: "{url}/override"')),
  row(
    "image_endpoint_override with braces",
    one(auth, "region_name: R2", 'image_endpoint_override: "{url}/{region_name}"'),
  ),
  row("image_endpoint", one(auth, 'image_endpoint: "{url}/override"')),
  row("OS_IMAGE_ENDPOINT_OVERRIDE is not read", one(auth), { OS_IMAGE_ENDPOINT_OVERRIDE: "{url}/override" }),
  row("image_service_name", one(auth, "image_service_name: nothing")),
  row("image_api_version 2.0", one(auth, "image_api_version: 2.0")),
  row("image_api_version 1", one(auth, "image_api_version: 1")),
  row("image_api_version v2", one(auth, "image_api_version: v2")),
];

const fileRows: readonly Row[] = [
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

const environmentRows: readonly Row[] = [
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

const tls = auth.replace("{url}", "{tls}");
const tlsRows: readonly Row[] = [
  row("an unknown authority", one(tls)),
  row("cacert", one(tls, 'cacert: "{ca}"')),
  row("cacert of another authority", one(tls, 'cacert: "{other-ca}"')),
  row("cacert that is not there", one(tls, "cacert: /nowhere.pem")),
  row("cacert that is not there, without TLS", one(auth, "cacert: /nowhere.pem")),
  row("cacert in the home", { "clouds.yaml": one(tls, "cacert: ~/ca.pem"), "ca.pem": "{ca-text}" }),
  row("OS_CACERT", one(tls), { OS_CACERT: "{ca}" }),
  row("REQUESTS_CA_BUNDLE", one(tls), { REQUESTS_CA_BUNDLE: "{ca}" }),
  row("CURL_CA_BUNDLE", one(tls), { CURL_CA_BUNDLE: "{ca}" }),
  row("verify: no", one(tls, "verify: no")),
  row("verify: off", one(tls, "verify: off")),
  row('verify: "no" names a file', one(tls, 'verify: "no"')),
  row("verify names the authority's file", one(tls, 'verify: "{ca}"')),
  row("verify: null", one(tls, "verify: null", 'cacert: "{ca}"')),
  row("insecure: true", one(tls, "insecure: true")),
  row('insecure: "True"', one(tls, 'insecure: "True"')),
  row('insecure: "yes" is not true', one(tls, 'insecure: "yes"')),
  row("insecure: 1", one(tls, "insecure: 1")),
  row("insecure goes before cacert", one(tls, "insecure: true", 'cacert: "{other-ca}"')),
  row("OS_INSECURE is not read", one(tls), { OS_INSECURE: "true" }),
  row("--insecure", one(tls), {}, ["--insecure"]),
  row("a client's certificate", one(tls, "verify: false", 'cert: "{cert}"', 'key: "{key}"')),
];

const proxyRows: readonly Row[] = [
  row("http_proxy", one(auth), { http_proxy: "{proxy}" }),
  row("HTTP_PROXY", one(auth), { HTTP_PROXY: "{proxy}" }),
  row("HTTP_PROXY in a CGI program", one(auth), { HTTP_PROXY: "{proxy}", REQUEST_METHOD: "GET" }),
  row("small letters go before capitals", one(auth), {
    http_proxy: "{proxy}",
    HTTP_PROXY: "http://127.0.0.1:9",
  }),
  row("an empty http_proxy switches HTTP_PROXY off", one(auth), {
    http_proxy: "",
    HTTP_PROXY: "http://127.0.0.1:9",
  }),
  row("all_proxy", one(auth), { ALL_PROXY: "{proxy}" }),
  row("http_proxy without a scheme", one(auth), { http_proxy: "{proxy-host}" }),
  row("http_proxy with a user", one(auth), { http_proxy: "http://us%40er:pa%3ass@{proxy-host}" }),
  row("https_proxy is not for http", one(auth), { https_proxy: "http://127.0.0.1:9" }),
  row("https_proxy", one(tls, 'cacert: "{ca}"'), { https_proxy: "{proxy}" }),
  row("https_proxy, an unknown authority", one(tls), { https_proxy: "{proxy}" }),
  row("no_proxy names the host", one(auth), {
    http_proxy: "http://127.0.0.1:9",
    no_proxy: "example.org, 127.0.0.1",
  }),
  row("NO_PROXY with a network", one(auth), { http_proxy: "http://127.0.0.1:9", NO_PROXY: "127.0.0.0/8" }),
  row("no_proxy of others", one(auth), {
    http_proxy: "{proxy}",
    no_proxy: "example.org,10.0.0.0/8,27.0.0.1",
  }),
  row("no_proxy *", one(auth), { http_proxy: "http://127.0.0.1:9", no_proxy: "*" }),
  row("no_proxy of a name's end", one(auth.replace("{url}", "{named}")), {
    http_proxy: "http://127.0.0.1:9",
    no_proxy: ".localhost,host",
  }),
  row("no_proxy of another name", one(auth.replace("{url}", "{named}")), {
    http_proxy: "{proxy}",
    no_proxy: "alhost.org",
  }),
];

export const rows: readonly Row[] = [
  ...yamlRows,
  ...shapeRows,
  ...loginRows,
  ...placeRows,
  ...fileRows,
  ...environmentRows,
  ...tlsRows,
  ...proxyRows,
];
