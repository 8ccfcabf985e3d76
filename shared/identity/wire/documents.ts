import type { ApplicationCredential } from "../domain/application-credential.ts";
import { type Domain, defaultDomain } from "../domain/domain.ts";
import type { Project } from "../domain/project.ts";
import { type Role, roleOf } from "../domain/role.ts";
import type { User } from "../domain/user.ts";
import { timeOf } from "./token-body.ts";

/** Keystone's documents. `base` is the identity URL without a trailing slash. */
export type Document = (base: string) => Readonly<Record<string, unknown>>;

export const projectDocument =
  ({ id, name, domainId, enabled, description = "" }: Project): Document =>
  (base) => ({
    id,
    name,
    domain_id: domainId,
    parent_id: domainId,
    description,
    enabled,
    is_domain: false,
    tags: [],
    options: {},
    links: { self: `${base}/projects/${id}` },
  });

/** Nothing of the password is in it. */
export const userDocument =
  ({ id, name, domainId, enabled, description, email, defaultProjectId }: User): Document =>
  (base) => ({
    id,
    name,
    domain_id: domainId,
    enabled,
    ...(description !== undefined && { description }),
    ...(email !== undefined && { email }),
    ...(defaultProjectId !== undefined && { default_project_id: defaultProjectId }),
    password_expires_at: null,
    options: {},
    links: { self: `${base}/users/${id}` },
  });

export const roleDocument =
  ({ id, name }: Role): Document =>
  (base) => ({
    id,
    name,
    domain_id: null,
    description: null,
    options: {},
    links: { self: `${base}/roles/${id}` },
  });

export const domainDocument =
  ({ id, name }: Domain): Document =>
  (base) => ({
    id,
    name,
    description: "",
    enabled: true,
    tags: [],
    options: {},
    links: { self: `${base}/domains/${id}` },
  });

export const theDomain = domainDocument(defaultDomain);

/** The secret is in it only when it is given: right after the creation. */
export const credentialDocument =
  (credential: ApplicationCredential, secret?: string): Document =>
  (base) => {
    const { id, name, userId, projectId, description, roles, unrestricted, expiresAt } = credential;
    return {
      id,
      name,
      project_id: projectId,
      description: description ?? null,
      roles: roles.map((role) => ({ ...roleOf(role), domain_id: null })),
      unrestricted,
      expires_at: expiresAt === undefined ? null : timeOf(expiresAt).replace("Z", ""),
      ...(secret !== undefined && { secret }),
      links: { self: `${base}/users/${userId}/application_credentials/${id}` },
    };
  };
