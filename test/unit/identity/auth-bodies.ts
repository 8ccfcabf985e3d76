/** Bodies of `POST /v3/auth/tokens`, as clients send them. */
const inDefault = { name: "Default" };
export const byPassword = (user: object, scope?: unknown) => ({
  auth: { identity: { methods: ["password"], password: { user } }, ...(scope !== undefined && { scope }) },
});
export const demo = { name: "demo", password: "demo", domain: inDefault };
export const byToken = (id: string, scope?: unknown) => ({
  auth: { identity: { methods: ["token"], token: { id } }, ...(scope !== undefined && { scope }) },
});
export const project = (name: string) => ({ project: { name, domain: inDefault } });
