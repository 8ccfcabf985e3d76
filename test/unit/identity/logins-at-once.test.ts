import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { Unavailable } from "../../../shared/errors.ts";
import { scryptPasswordProof } from "../../../shared/identity/adapters/scrypt/scrypt-password-proof.ts";
import { byPassword, project } from "./auth-bodies.ts";
import { identityApi, seededStore } from "./identity-api.ts";

const MANY = 60;
/** Of identity-api.ts. */
const LIMIT = 3;

/** How many secrets were looked at. */
let judged: number;
let isAway: boolean;
let api: ReturnType<typeof identityApi>;
let credential: { id: string; secret: string };
const post = (path: string, body: unknown, headers = {}) => api({ method: "POST", path, body, headers });
const logIn = (body: unknown) => post("/v3/auth/tokens", body);
const identity = (method: string, login: unknown) => ({
  auth: { identity: { methods: [method], [method]: login } },
});

beforeEach(async () => {
  isAway = false;
  const scrypt = scryptPasswordProof();
  api = identityApi(await seededStore(), {
    proof: {
      prove: async (user, password) => {
        judged += 1;
        await sleep(5);
        if (isAway) throw new Unavailable("Nobody can prove passwords now.");
        return scrypt.prove(user, password);
      },
    },
  });
  const answer = await logIn(byPassword({ name: "demo", password: "demo" }, project("demo")));
  const made = await post(
    "/v3/users/u-demo/application_credentials",
    { application_credential: { name: "ci" } },
    { "X-Auth-Token": String(answer.headers["X-Subject-Token"]) },
  );
  credential = made.json.application_credential;
  judged = 0;
});

const guesses: Record<string, (guess: number) => Promise<{ status: number }>> = {
  "a password by name": (guess) => logIn(byPassword({ name: "demo", password: `wrong ${guess}` })),
  "a password by id": (guess) => logIn(byPassword({ id: "u-demo", password: `wrong ${guess}` })),
  "a password by name and by id": (guess) =>
    logIn(byPassword({ ...(guess % 2 ? { name: "demo" } : { id: "u-demo" }), password: `wrong ${guess}` })),
  "the password of nobody": (guess) => logIn(byPassword({ name: "nobody", password: `wrong ${guess}` })),
  "the old password of a change": (guess) =>
    post("/v3/users/u-demo/password", { user: { original_password: `wrong ${guess}`, password: "new" } }),
  "a credential's secret by id": (guess) =>
    logIn(identity("application_credential", { id: credential.id, secret: `wrong ${guess}` })),
  "a credential's secret by name and by id": (guess) =>
    logIn(
      identity("application_credential", {
        ...(guess % 2 ? { id: credential.id } : { name: "ci", user: { id: "u-demo" } }),
        secret: `wrong ${guess}`,
      }),
    ),
};

test.each(Object.entries(guesses))(
  "%s: of many guesses at once only so many are judged",
  async (_, guess) => {
    const answers = await Promise.all(Array.from({ length: MANY }, (__, number) => guess(number)));
    expect(judged).toBe(LIMIT);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(LIMIT);
    expect(statuses.filter((status) => status === 429)).toHaveLength(MANY - LIMIT);
  },
);

test("logins with the right password, however many at once, all succeed", async () => {
  const right = () => logIn(byPassword({ name: "demo", password: "demo" }));
  const answers = await Promise.all(Array.from({ length: 20 }, right));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
});

test("who knows the password waits no longer than the period, whatever others from there do", async () => {
  const guess = () => logIn(byPassword({ name: "demo", password: "wrong" }));
  await Promise.all(Array.from({ length: MANY }, guess));
  const answer = await logIn(byPassword({ name: "demo", password: "demo" }));
  expect(answer.status).toBe(429);
  expect(Number(answer.headers["Retry-After"])).toBeLessThanOrEqual(60);
});

test("while nobody can prove passwords no attempt is used up", async () => {
  const right = () => logIn(byPassword({ name: "demo", password: "demo" }));
  isAway = true;
  for (let time = 0; time <= LIMIT; time += 1) expect((await right()).status).toBe(503);
  isAway = false;
  expect((await right()).status).toBe(201);
});
