import { rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../local-aws/replace-file.ts";

/** A local user: the password is the name. */
export interface LocalUser {
  readonly name: string;
  readonly project: string;
  readonly roles: readonly string[];
  /** Of the name. What everybody knows needs no dear hash: each login would pay for it, and guard nothing. */
  readonly passwordHash: string;
}

// Keystone gives admin the roles below it, too (implied roles: admin -> member -> reader).
export const localUsers: readonly LocalUser[] = [
  {
    name: "admin",
    project: "admin",
    roles: ["admin", "member", "reader"],
    passwordHash: "scrypt$1024$8$1$PC8Q0z3v_9v19CpmkfJIeQ$6DIVHpG9DzoE0BXAAo8J_eH7QUWG4CIlp4rMFqV7aL4",
  },
  {
    name: "demo",
    project: "demo",
    roles: ["member", "reader"],
    passwordHash: "scrypt$1024$8$1$vS62_q2iA40HZlLiv2gcHg$9yTatiAdDv1WfohuMfjs-iJO3s3Zz5Tl-jbYiicbZe8",
  },
  {
    name: "alt",
    project: "alt",
    roles: ["member", "reader"],
    passwordHash: "scrypt$1024$8$1$TtXanbcn9s6AqIBf3gzXsA$rubNrew2z4RqPaQ4vQ5jm4ngmsO96qNBaK99eXuUztk",
  },
  {
    name: "reader",
    project: "demo",
    roles: ["reader"],
    passwordHash: "scrypt$1024$8$1$u-XdYPJbZ1-i0HyypyY9Qg$Qqnj056mG3-HZ_JzB8QKKy5lLeSNcT1C3Bsg9jHFTQ0",
  },
];

/** Writes `clouds.yaml` and a `<user>.rc` for each user into the folder; each file whole or not at all. */
export async function writeClouds(directory: string, baseUrl: string): Promise<void> {
  const authUrl = `${baseUrl}/v3`;
  await replaceFile(join(directory, "clouds.yaml"), cloudsYaml(authUrl));
  for (const user of localUsers) await replaceFile(join(directory, `${user.name}.rc`), rcFile(user, authUrl));
}

/** Takes back what `writeClouds` wrote. */
export async function removeClouds(directory: string): Promise<void> {
  for (const name of ["clouds.yaml", ...localUsers.map((user) => `${user.name}.rc`)])
    await rm(join(directory, name), { force: true });
}

const cloudsYaml = (authUrl: string): string =>
  `clouds:\n${localUsers
    .map(
      ({ name, project }) => `  ${name}:
    auth:
      auth_url: ${authUrl}
      username: ${name}
      password: ${name}
      project_name: ${project}
      user_domain_name: Default
      project_domain_name: Default
    region_name: RegionOne
    identity_api_version: 3
`,
    )
    .join("")}`;

function rcFile({ name, project }: LocalUser, authUrl: string): string {
  const variables = {
    OS_AUTH_URL: authUrl,
    OS_USERNAME: name,
    OS_PASSWORD: name,
    OS_PROJECT_NAME: project,
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
    OS_REGION_NAME: "RegionOne",
    OS_IDENTITY_API_VERSION: "3",
  };
  return Object.entries(variables)
    .map(([variable, value]) => `export ${variable}=${value}\n`)
    .join("");
}
