import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";
import { csp } from "./csp.ts";

// `--mode mock` builds the window with invented answers, for the screen tests; the app's own build has none of them.
export default defineConfig(({ mode }) => ({
  plugins: [svelte(), mode === "test" ? svelteTesting() : []],
  clearScreen: false,
  define: { __MOCK__: JSON.stringify(mode !== "production") },
  server: { port: 5183, strictPort: true },
  preview: { headers: { "Content-Security-Policy": csp } },
  build: {
    outDir: mode === "mock" ? "dist-mock" : "dist",
    target: "es2022",
    modulePreload: { polyfill: false },
    // Fonts and pictures as `data:` would break the window's policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  test: { environment: "happy-dom", include: ["tests/unit/**/*.test.ts"] },
}));
