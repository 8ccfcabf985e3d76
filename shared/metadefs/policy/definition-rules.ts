import type { MetadefRule } from "../../policy/defaults.ts";
import type { Collection } from "../domain/definitions.ts";

interface DefinitionRules {
  readonly list: MetadefRule;
  readonly show: MetadefRule;
  readonly add: MetadefRule;
  readonly update: MetadefRule;
  readonly remove: MetadefRule;
  /** All of these, to empty the collection: there is no rule for that alone. */
  readonly empty: readonly MetadefRule[];
}

/** Which rule guards what is done with the definitions of a collection. */
export const definitionRules: Readonly<Record<Collection, DefinitionRules>> = {
  objects: {
    list: "get_metadef_objects",
    show: "get_metadef_object",
    add: "add_metadef_object",
    update: "modify_metadef_object",
    remove: "delete_metadef_object",
    empty: ["delete_metadef_namespace"],
  },
  properties: {
    list: "get_metadef_properties",
    show: "get_metadef_property",
    add: "add_metadef_property",
    update: "modify_metadef_property",
    remove: "remove_metadef_property",
    empty: ["delete_metadef_namespace"],
  },
  tags: {
    list: "get_metadef_tags",
    show: "get_metadef_tag",
    add: "add_metadef_tag",
    update: "modify_metadef_tag",
    remove: "delete_metadef_tag",
    empty: ["delete_metadef_namespace", "delete_metadef_tags"],
  },
};
