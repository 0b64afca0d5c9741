import type { Card, LaneLook, LaneShelf } from "../../generated/types";

/** What each lane costs, for `json-api`: nanoseconds. */
interface Cost { create: number; start: number; ready: number; p50: number; p99: number; p999: number }

export const LANES = ["docker", "docker+hostnet", "wasmtime", "wasmtime-process", "native"] as const;
export type Lane = (typeof LANES)[number];

export const LOOKS: Record<Lane, LaneLook> = {
  "docker": { lane: "docker", light: "#005a9e", dark: "#3d9be0", symbol: "square", stroke: "solid" },
  "docker+hostnet": { lane: "docker+hostnet", light: "#3a98d6", dark: "#a5d8f7", symbol: "diamond", stroke: "solid" },
  "wasmtime": { lane: "wasmtime", light: "#c2410c", dark: "#f26b2c", symbol: "circle", stroke: "solid" },
  "wasmtime-process": { lane: "wasmtime-process", light: "#c98600", dark: "#f5c24c", symbol: "triangle", stroke: "solid" },
  "native": { lane: "native", light: "#007f5f", dark: "#1fc194", symbol: "wedge", stroke: "solid" },
};

export const COSTS: Record<Lane, Cost> = {
  "docker": { create: 46e6, start: 252e6, ready: 27e6, p50: 87.4e3, p99: 1.51e6, p999: 4.61e6 },
  "docker+hostnet": { create: 44e6, start: 79e6, ready: 6e6, p50: 46e3, p99: 426e3, p999: 2.79e6 },
  "wasmtime": { create: 12e3, start: 21e3, ready: 299e3, p50: 127e3, p99: 1.86e6, p999: 3.79e6 },
  "wasmtime-process": { create: 1.4e6, start: 14.9e6, ready: 1.6e6, p50: 125e3, p99: 3.5e6, p999: 6.23e6 },
  "native": { create: 0.6e6, start: 0.9e6, ready: 2.38e6, p50: 41.7e3, p99: 343e3, p999: 3.05e6 },
};

const TEXTS: Record<Lane, [summary: string, detail: string]> = {
  "docker": ["A container on the default bridge", "Built FROM scratch, its port published on 127.0.0.1 through docker-proxy."],
  "docker+hostnet": ["The same container on the host's network", "No bridge, no docker-proxy: what Docker costs without its network."],
  "wasmtime": ["A new instance in a live engine", "Every request gets a new component instance, as `wasmtime serve` and Spin do."],
  "wasmtime-process": ["A fresh process with the precompiled component", "Loads the `.cwasm`; every request gets a new instance."],
  "native": ["The plain process, without any isolation", "The same static binary as in the image: the floor to compare with."],
};

export function laneCards(dockerDown: boolean): Card[] {
  return LANES.map((slug) => {
    const [summary, detail] = TEXTS[slug];
    const down = dockerDown && slug.startsWith("docker");
    return {
      slug, title: slug, summary, detail, available: !down,
      colour: { light: LOOKS[slug].light, dark: LOOKS[slug].dark },
      problem: down
        ? { what: "could not reach Docker at `unix:///var/run/docker.sock`", remedy: "sudo systemctl start docker" }
        : slug === "wasmtime-process"
          ? { what: "its worker shares cores with the load generator: 2 CPUs here", remedy: null }
          : null,
    };
  });
}

/** Lanes that are not chosen unless somebody wants them. */
const FURTHER: [slug: string, like: Lane, summary: string][] = [
  ["docker+warm", "docker", "A container that was created before the clock starts: cold start begins with the call that starts it"],
  ["docker+runsc", "docker+hostnet", "A container that gVisor runs, with a kernel of its own in user space"],
  ["oci+runc", "docker", "The container of `runc` alone, without a daemon"],
  ["wasmtime+winch", "wasmtime", "A new Wasm instance compiled by Winch, the baseline compiler"],
  ["wasmtime+reuse", "wasmtime-process", "An instance that answers up to 128 requests, one after the other"],
  ["native+sandbox", "native", "The native binary under bare namespaces and a seccomp filter"],
];

export function furtherCards(dockerDown: boolean): Card[] {
  return FURTHER.map(([slug, like, summary]) => {
    const down = slug === "docker+runsc" || (dockerDown && slug.startsWith("docker"));
    return {
      slug, title: slug, summary, detail: "", available: !down, colour: { light: LOOKS[like].light, dark: LOOKS[like].dark },
      problem: down ? { what: "a container did not end within 10 s", remedy: "look at `docker info`, or leave this lane out" } : null,
    };
  });
}

export const SHELVES: LaneShelf[] = [
  { title: "", family: null, lanes: [...LANES] },
  { title: "More containers", family: "docker", lanes: ["docker+warm", "docker+runsc"] },
  { title: "More containers", family: "oci", lanes: ["oci+runc"] },
  { title: "More WebAssembly", family: "wasmtime", lanes: ["wasmtime+winch", "wasmtime+reuse"] },
  { title: "More controls", family: "program", lanes: ["native+sandbox"] },
];
