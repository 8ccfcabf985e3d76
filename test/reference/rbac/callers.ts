/** The real Keystone of test/reference/stack/up.sh. */
export const keystoneUrl = `http://127.0.0.1:${process.env.REFERENCE_KEYSTONE_PORT ?? 5000}/v3`;

/** Lets the local runtime take the tokens of this Keystone, as the service's own user there. */
export const keystoneOptions = (authUrl: string) => ({
  GLANCE_KEYSTONE_AUTH_URL: authUrl,
  GLANCE_KEYSTONE_USERNAME: "glance",
  GLANCE_KEYSTONE_PASSWORD: "glance",
  GLANCE_KEYSTONE_PROJECT_NAME: "service",
});

const domain = { id: "default" };
const inProject = (user: string, name: string) => ({ user, scope: { project: { name, domain } } });

/** Log-ins of the reference stack's users (test/reference/stack/README.md) to a project each. */
const projectLogIns = {
  admin: inProject("admin", "admin"),
  demo: inProject("demo", "demo"),
  "demo-reader": inProject("demo-reader", "demo"),
  alt: inProject("alt", "alt"),
  glance: inProject("glance", "service"),
} as const;
/** To a project, with a role that no rule names. */
const roleless = { bystander: inProject("bystander", "demo") } as const;
/** To what is no project. */
const otherLogIns = {
  "system admin": { user: "admin", scope: { system: { all: true } } },
  "system reader": { user: "system-reader", scope: { system: { all: true } } },
  "domain admin": { user: "domain-admin", scope: { domain } },
} as const;
export const logIns = { ...projectLogIns, ...roleless, ...otherLogIns };
type LogInName = keyof typeof logIns;
/** Who is to log in; the others have no token. */
export type LogIns = Readonly<Partial<typeof logIns>>;

export const callers = [...(Object.keys(logIns) as LogInName[]), "no token", "garbage token"] as const;
export type CallerName = (typeof callers)[number];

export interface Callers {
  /** Headers that make a request this caller's. */
  headersOf(caller: CallerName): Record<string, string>;
  readonly projects: { readonly demo: string; readonly alt: string };
}

async function logIn(keystoneUrl: string, name: LogInName) {
  const { user, scope } = logIns[name];
  const response = await fetch(`${keystoneUrl}/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      auth: {
        identity: { methods: ["password"], password: { user: { name: user, password: user, domain } } },
        scope,
      },
    }),
  });
  const token = response.headers.get("x-subject-token");
  if (!token) throw new Error(`Keystone answers ${response.status} to the log-in of ${name}`);
  const body = (await response.json()) as { token: { project?: { id: string } } };
  return { token, project: body.token.project?.id ?? "" };
}

/** Logs every user in once: both servers then judge the very same tokens. `wanted`: those in projects by default. */
export async function logInCallers(keystoneUrl: string, wanted: LogIns = projectLogIns): Promise<Callers> {
  const names = Object.keys(wanted) as LogInName[];
  const loggedIn = await Promise.all(names.map((name) => logIn(keystoneUrl, name)));
  const tokens = new Map<CallerName, string>(names.map((name, at) => [name, loggedIn[at]?.token ?? ""]));
  const projectOf = (name: LogInName) => loggedIn[names.indexOf(name)]?.project ?? "";
  tokens.set("garbage token", "gAAAAABgarbage");
  return {
    headersOf: (caller) => {
      const token = tokens.get(caller);
      return token === undefined ? {} : { "X-Auth-Token": token };
    },
    projects: { demo: projectOf("demo"), alt: projectOf("alt") },
  };
}
