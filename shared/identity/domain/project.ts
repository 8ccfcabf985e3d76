export interface Project {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
  readonly enabled: boolean;
  readonly description?: string;
}

/** What can be changed; a member that is absent stays as it is. */
export type ProjectChanges = Partial<Omit<Project, "id" | "domainId">>;
