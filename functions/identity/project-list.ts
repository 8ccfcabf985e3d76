import type { Project } from "../../shared/domain/identity/project.ts";

/** Keystone's list of the projects a user can scope to; disabled ones cannot be, so they are left out. */
export const projectList = (projects: readonly Project[], publicUrl: string) => ({
  projects: projects
    .filter(({ enabled }) => enabled)
    .map(({ id, name, domainId, enabled }) => ({
      id,
      name,
      domain_id: domainId,
      parent_id: domainId,
      description: "",
      enabled,
      is_domain: false,
      tags: [],
      options: {},
      links: { self: `${publicUrl}/v3/projects/${id}` },
    })),
  links: { self: `${publicUrl}/v3/auth/projects`, previous: null, next: null },
});
