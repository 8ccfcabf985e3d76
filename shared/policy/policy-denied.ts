import { Forbidden } from "../errors.ts";

export class PolicyDenied extends Forbidden {
  constructor(rule: string) {
    super(`You are not authorized to complete ${rule} action.`);
  }
}
