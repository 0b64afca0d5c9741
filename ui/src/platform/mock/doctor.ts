import type { DoctorView } from "../../generated/types";
import type { Scenario } from "./scenario";

export function doctor(world: Scenario): DoctorView {
  const down = world === "down";
  return {
    tone: down ? "problem" : "warning",
    verdict: down ? "3 of 5 lanes can run: Docker can't be reached" : "Every lane can run; 2 things make figures less steady",
    checks: [
      down
        ? { what: "Docker", tone: "problem", finding: "could not reach Docker at `unix:///var/run/docker.sock`: is it running? Set `DOCKER_HOST` to use another", remedy: "sudo systemctl start docker" }
        : { what: "Docker", tone: "good", finding: "20.10.24, API 1.41, overlay2, cgroupfs; containerd 1.6.20, runc 1.1.5", remedy: null },
      { what: "Wasmtime", tone: "good", finding: "48.0.8 in `plimsoll-worker` 0.1.0, the same version as this app", remedy: null },
      { what: "native", tone: "good", finding: "cgroups v1 can be written, limits hold", remedy: null },
      { what: "workloads", tone: "good", finding: "4 found: hello, json-api, image-edge, transform", remedy: null },
      { what: "governor", tone: "warning", finding: "`powersave`: clock rates change while a trial runs", remedy: "sudo cpupower frequency-set -g performance" },
      { what: "virtualisation", tone: "warning", finding: "a virtual machine (kvm): times vary more than on bare metal", remedy: null },
      { what: "load", tone: "good", finding: "0.12 over the last minute", remedy: null },
      { what: "battery", tone: "plain", finding: "none", remedy: null },
    ],
  };
}
