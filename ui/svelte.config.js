export default {
  compilerOptions: {
    // The window's policy forbids style elements made at run time.
    css: "external",
    runes: true,
  },
  vitePlugin: {
    // Some libraries still ship components in legacy mode.
    dynamicCompileOptions: ({ filename }) => (filename.includes("node_modules") ? { runes: undefined } : undefined),
  },
};
