/** The real Keystone of test/reference/stack/up.sh. */
export const keystoneUrl = `http://127.0.0.1:${process.env.REFERENCE_KEYSTONE_PORT ?? 5000}/v3`;

/** Lets the local runtime take the tokens of this Keystone, as the service's own user there. */
export const keystoneOptions = (authUrl: string) => ({
  GLANCE_KEYSTONE_AUTH_URL: authUrl,
  GLANCE_KEYSTONE_USERNAME: "glance",
  GLANCE_KEYSTONE_PASSWORD: "glance",
  GLANCE_KEYSTONE_PROJECT_NAME: "service",
});

/** Project of each user of the reference stack (test/reference/stack/README.md); passwords equal the names. */
const users = { admin: "admin", demo: "demo", "demo-reader": "demo", alt: "alt", glance: "service" } as const;
type UserName = keyof typeof users;

export const callers = [...(Object.keys(users) as UserName[]), "no token", "garbage token"] as const;
export type CallerName = (typeof callers)[number];

export interface Callers {
  /** Headers that make a request this caller's. */
  headersOf(caller: CallerName): Record<string, string>;
  readonly projects: { readonly demo: string; readonly alt: string };
}

async function logIn(keystoneUrl: string, user: UserName) {
  const domain = { id: "default" };
  const response = await fetch(`${keystoneUrl}/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      auth: {
        identity: { methods: ["password"], password: { user: { name: user, password: user, domain } } },
        scope: { project: { name: users[user], domain } },
      },
    }),
  });
  const token = response.headers.get("x-subject-token");
  if (!token) throw new Error(`Keystone answers ${response.status} to the log-in of ${user}`);
  const body = (await response.json()) as { token: { project: { id: string } } };
  return { token, project: body.token.project.id };
}

/** Logs every user in once: both servers then judge the very same tokens. */
export async function logInCallers(keystoneUrl: string): Promise<Callers> {
  const names = Object.keys(users) as UserName[];
  const logIns = await Promise.all(names.map((user) => logIn(keystoneUrl, user)));
  const tokens = new Map<CallerName, string>(names.map((user, at) => [user, logIns[at]?.token ?? ""]));
  const projectOf = (user: UserName) => logIns[names.indexOf(user)]?.project ?? "";
  tokens.set("garbage token", "gAAAAABgarbage");
  return {
    headersOf: (caller) => {
      const token = tokens.get(caller);
      return token === undefined ? {} : { "X-Auth-Token": token };
    },
    projects: { demo: projectOf("demo"), alt: projectOf("alt") },
  };
}
