import { preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the pages are served. */
    address: string;
  }
}

/** Serves what `vite build --mode mock` made, with the policy of the app's window, on a port that the system gives. */
export default async function served(project: TestProject): Promise<() => Promise<void>> {
  const server = await preview({ mode: "mock", configFile: "vite.config.ts", build: { outDir: "dist-mock" }, preview: { port: 0, host: "127.0.0.1" } });
  const address = server.httpServer.address();
  if (address === null || typeof address === "string") throw new Error("the pages are served on no port");
  project.provide("address", `http://127.0.0.1:${String(address.port)}/`);
  return async () => server.close();
}
