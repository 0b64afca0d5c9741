import { ask, type DoctorView } from "../platform";
import { Request } from "./request.svelte";

export const doctor = new Request<DoctorView>();

export function examine(): Promise<unknown> {
  return doctor.load(() => ask({ ask: "doctor" }, "doctor"));
}
