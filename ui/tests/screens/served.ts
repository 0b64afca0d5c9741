import { preview } from "vite";

/** Serves what `vite build --mode mock` made, with the policy of the app's window. */
export default async function served(): Promise<() => Promise<void>> {
  const server = await preview({ mode: "mock", configFile: "vite.config.ts", build: { outDir: "dist-mock" } });
  return async () => server.close();
}
