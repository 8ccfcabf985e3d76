/** A plain HTTP client of the Image API: what clients send, byte by byte, without a client library. */
export interface ImageClient {
  readonly token: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  create(attributes?: Record<string, unknown>): Promise<string>;
  show(id: string): Promise<Record<string, unknown>>;
  upload(id: string, body: Uint8Array): Promise<Response>;
  download(id: string): Promise<Uint8Array>;
}

export type UserName = "admin" | "demo" | "alt" | "reader";
const projects: Readonly<Record<UserName, string>> = {
  admin: "admin",
  demo: "demo",
  alt: "alt",
  reader: "demo",
};

export async function logIn(url: string, user: UserName): Promise<ImageClient> {
  const domain = { name: "Default" };
  const response = await fetch(`${url}/v3/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      auth: {
        identity: { methods: ["password"], password: { user: { name: user, password: user, domain } } },
        scope: { project: { name: projects[user], domain } },
      },
    }),
  });
  const token = response.headers.get("x-subject-token");
  if (response.status !== 201 || token === null)
    throw new Error(`log-in: ${response.status} ${await response.text()}`);
  return clientWith(url, token);
}

export function clientWith(url: string, token: string): ImageClient {
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, {
      redirect: "manual",
      ...init,
      headers: { "X-Auth-Token": token, ...init.headers },
    });
  return {
    token,
    fetch: call,
    create: async (attributes = {}) => {
      const response = await call("/v2/images", {
        method: "POST",
        body: JSON.stringify({ disk_format: "raw", container_format: "bare", ...attributes }),
      });
      if (response.status !== 201) throw new Error(`create: ${response.status} ${await response.text()}`);
      return ((await response.json()) as { id: string }).id;
    },
    show: async (id) => {
      const response = await call(`/v2/images/${id}`);
      if (response.status !== 200) throw new Error(`show: ${response.status} ${await response.text()}`);
      return (await response.json()) as Record<string, unknown>;
    },
    upload: (id, body) =>
      call(`/v2/images/${id}/file`, {
        method: "PUT",
        headers: { "Content-Type": "application/octet-stream" },
        body: body as Uint8Array<ArrayBuffer>,
      }),
    download: async (id) => {
      const response = await call(`/v2/images/${id}/file`, { redirect: "follow" });
      if (response.status !== 200) throw new Error(`download: ${response.status} ${await response.text()}`);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

/** Logs in one after the other: at once, each would start an instance of its own, a tenth of a second of processor time. */
export async function logInEach<const Users extends readonly UserName[]>(url: string, ...users: Users) {
  const clients: ImageClient[] = [];
  for (const user of users) clients.push(await logIn(url, user));
  return clients as { -readonly [At in keyof Users]: ImageClient };
}
