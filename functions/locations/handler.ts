import { systemClock as clock } from "../../shared/clock.ts";
import { type ApiOperation, ok } from "../../shared/http/api-request.ts";
import { callerOf, param } from "../../shared/http/caller-of.ts";
import { jsonObject } from "../../shared/http/json-body.ts";
import { addLocation } from "../../shared/images/operations/locations/add-location.ts";
import { showLocations } from "../../shared/images/operations/locations/show-locations.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { imageRoutes } from "../../shared/images/wire/image-routes.ts";
import { locationDocument } from "../../shared/images/wire/location-document.ts";
import { newLocation } from "../../shared/images/wire/new-location.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { imageApi } from "../wiring/image-api.ts";
import { hintingStore } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { sources } from "../wiring/sources.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();
const configured = configuredStores(settings);
const ports = {
  images: hintingStore(settings, queue),
  sources: sources(settings),
  limits: limits(settings),
  configured,
  queue,
  clock,
  settings,
};

const add: ApiOperation = async (request) => {
  const wanted = newLocation(jsonObject(request));
  await addLocation(ports)(callerOf(request), param(request, "image_id"), wanted);
  return { status: 202 };
};

const list: ApiOperation = async (request) => {
  const locations = await showLocations(ports)(callerOf(request), param(request, "image_id"));
  return ok(locations.map((location) => locationDocument(location, configured)));
};

export const handler = imageApi("locations", settings, {
  routes: imageRoutes,
  operations: { addLocation: add, listLocations: list },
});
