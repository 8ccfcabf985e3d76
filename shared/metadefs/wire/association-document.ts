import type { ResourceTypeAssociation } from "../domain/namespace.ts";
import type { NewAssociation } from "../domain/new-association.ts";
import { setTexts, shownTimes } from "./shown.ts";

/** An association without its times, as the answer to a new namespace has it. */
export const newAssociationDocument = ({ name, prefix, properties_target }: NewAssociation) =>
  setTexts({ name, prefix, properties_target });

export const associationDocument = (association: ResourceTypeAssociation) => ({
  ...newAssociationDocument(association),
  ...shownTimes(association),
});

/** All associations of a namespace. */
export const associationsDocument = (associations: readonly ResourceTypeAssociation[]) => ({
  resource_type_associations: associations.map(associationDocument),
});
