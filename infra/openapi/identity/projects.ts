import type { OperationName } from "../../../shared/routes.ts";
import { type AnswerDescription, type Description, emptyAnswer, json, schemaRef } from "../description.ts";
import { filter, IDENTITY_TEXTS, linksOf } from "./texts.ts";

const example = {
  id: "c3d4",
  name: "lab",
  domain_id: "default",
  parent_id: "default",
  description: "",
  enabled: true,
  is_domain: false,
  tags: [],
  options: {},
  links: { self: "http://127.0.0.1:9292/v3/projects/c3d4" },
};
const domain = {
  id: "default",
  name: "Default",
  description: "",
  enabled: true,
  tags: [],
  options: {},
  links: { self: "http://127.0.0.1:9292/v3/domains/default" },
};
const project = (description: string): AnswerDescription => ({
  description,
  content: json(schemaRef("ProjectAnswer"), { project: example }),
});
const projects = (path: string): Readonly<Record<200, AnswerDescription>> => ({
  200: {
    description: "The projects",
    content: json(schemaRef("Projects"), { projects: [example], links: linksOf(path) }),
  },
});

const { admins, body, large } = IDENTITY_TEXTS;
const noProject = "There is no such project";
const taken = "Another project has this name, or others changed the project at the same time";

/** Projects and the one domain. */
export const identityProjects = {
  listOwnProjects: {
    tag: "projects",
    details: "Enabled ones, with an unscoped token, too.",
    answers: projects("auth/projects"),
  },
  listUserProjects: {
    tag: "projects",
    details: "Disabled ones, too.",
    answers: projects("users/a1b2/projects"),
    errors: { 403: IDENTITY_TEXTS.selfOrAdmins, 404: "The id is longer than ids are" },
  },
  listProjects: {
    tag: "projects",
    details: "By name, at most 1,000: all for admins, for others those in which they have a role.",
    parameters: [
      filter("name", "Only the project of this name."),
      filter("domain_id", "Only those of this domain: `default` has all."),
    ],
    answers: projects("projects"),
    errors: {
      400: IDENTITY_TEXTS.filter,
      403: "The name is that of no project in which the caller has a role",
    },
  },
  createProject: {
    tag: "projects",
    body: { required: true, content: json(schemaRef("NewProject"), { project: { name: "lab" } }) },
    answers: { 201: project("The project") },
    errors: { 400: body, 403: admins, 409: taken, 413: large },
  },
  showProject: {
    tag: "projects",
    answers: { 200: project("The project") },
    errors: { 403: "The caller has no role in it and is no admin", 404: noProject },
  },
  updateProject: {
    tag: "projects",
    details: "Members that are absent or null stay. Disabling ends the tokens of all who have a role in it.",
    body: { required: true, content: json(schemaRef("ProjectChanges"), { project: { enabled: false } }) },
    answers: { 200: project("The project as it is now") },
    errors: { 400: body, 403: admins, 404: noProject, 409: taken, 413: large },
  },
  deleteProject: {
    tag: "projects",
    details: "With all roles in it; its images stay.",
    answers: emptyAnswer,
    errors: { 403: admins, 404: noProject, 409: "Others changed the project at the same time" },
  },
  listDomains: {
    tag: "projects",
    parameters: [filter("name", "Only the domain of this name, whatever its case.")],
    answers: {
      200: {
        description: "The domain",
        content: json(schemaRef("Domains"), { domains: [domain], links: linksOf("domains") }),
      },
    },
    errors: { 400: IDENTITY_TEXTS.filter },
  },
  showDomain: {
    tag: "projects",
    answers: { 200: { description: "The domain", content: json(schemaRef("DomainAnswer"), { domain }) } },
    errors: { 404: "There is no such domain" },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
