import { NotFound } from "../../errors.ts";
import { type ApiOperation, type ApiRequest, noContent } from "../../http/api-request.ts";
import { defaultDomain } from "../domain/domain.ts";
import { projectOperations } from "../operations/projects.ts";
import type { IdentityStore } from "../ports/identity-store.ts";
import { many, one } from "./answers.ts";
import { projectDocument, theDomain } from "./documents.ts";
import { parseNewProject, parseProjectChanges } from "./project-request.ts";
import { filterBy, identityBody, idIn, knownCallerOf } from "./requests.ts";

const projectId = (request: ApiRequest): string => idIn(request, "project_id");

/** Another domain than the one there is has nothing in it. */
const isElsewhere = (request: ApiRequest): boolean => {
  const domain = filterBy(request, "domain_id");
  return domain !== undefined && domain !== defaultDomain.id;
};

/** Projects and the one domain. */
export function projectApi(wiring: { identities: IdentityStore }) {
  const projects = projectOperations(wiring);
  return {
    listProjects: async (request) => {
      const { entries, truncated } = await projects.list(knownCallerOf(request), filterBy(request, "name"));
      return many(request, "projects", isElsewhere(request) ? [] : entries.map(projectDocument), truncated);
    },
    // Disabled ones cannot be scoped to, so they are left out.
    listOwnProjects: async (request) => {
      const { entries } = await projects.listOf(knownCallerOf(request), knownCallerOf(request).userId);
      return many(request, "projects", entries.filter(({ enabled }) => enabled).map(projectDocument));
    },
    listUserProjects: async (request) => {
      const { entries } = await projects.listOf(knownCallerOf(request), idIn(request, "user_id"));
      return many(request, "projects", entries.map(projectDocument));
    },
    showProject: async (request) =>
      one(
        request,
        "project",
        projectDocument(await projects.show(knownCallerOf(request), projectId(request))),
      ),
    createProject: async (request) => {
      const project = await projects.create(knownCallerOf(request), parseNewProject(identityBody(request)));
      return one(request, "project", projectDocument(project), 201);
    },
    updateProject: async (request) => {
      const changes = parseProjectChanges(identityBody(request));
      const project = await projects.update(knownCallerOf(request), projectId(request), changes);
      return one(request, "project", projectDocument(project));
    },
    deleteProject: async (request) => {
      await projects.remove(knownCallerOf(request), projectId(request));
      return noContent;
    },
    listDomains: async (request) => {
      const name = filterBy(request, "name") ?? defaultDomain.name;
      const isIt = name.toLowerCase() === defaultDomain.name.toLowerCase();
      return many(request, "domains", isIt ? [theDomain] : []);
    },
    showDomain: async (request) => {
      const id = idIn(request, "domain_id");
      if (id !== defaultDomain.id) throw new NotFound(`Could not find domain: ${id}.`);
      return one(request, "domain", theDomain);
    },
  } satisfies Record<string, ApiOperation>;
}
