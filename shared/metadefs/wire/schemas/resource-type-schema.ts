import { serviceTime } from "./service-time.ts";

/** An association of a namespace with a resource type. */
export const resourceTypeSchema = {
  name: "resource_type_association",
  properties: {
    name: {
      type: "string",
      description:
        "Resource type names should be aligned with Heat resource types whenever possible: https://docs.openstack.org/heat/latest/template_guide/openstack.html",
      maxLength: 80,
    },
    prefix: {
      type: "string",
      description:
        "Specifies the prefix to use for the given resource type. Any properties in the namespace should be prefixed with this prefix when being applied to the specified resource type. Must include prefix separator (e.g. a colon :).",
      maxLength: 80,
    },
    properties_target: {
      type: "string",
      description:
        "Some resource types allow more than one key / value pair per instance.  For example, Cinder allows user and image metadata on volumes. Only the image properties metadata is evaluated by Nova (scheduling or drivers). This property allows a namespace target to remove the ambiguity.",
      maxLength: 80,
    },
    created_at: serviceTime("Date and time of resource type association"),
    updated_at: serviceTime("Date and time of the last resource type association modification"),
  },
  additionalProperties: false,
  required: ["name"],
};
