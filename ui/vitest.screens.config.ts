import { defineConfig } from "vitest/config";

// The built window in headless Chromium, under the app's own policy.
export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/screens/**/*.test.ts"],
    globalSetup: ["tests/screens/served.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
