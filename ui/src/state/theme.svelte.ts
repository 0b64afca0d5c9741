import type { Theme } from "../platform";

/** Light or dark, as the system has it. */
class SystemTheme {
  now = $state<Theme>("light");

  constructor() {
    const dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
    if (!dark) return;
    const read = () => {
      this.now = dark.matches ? "dark" : "light";
    };
    read();
    dark.addEventListener("change", read);
  }
}

export const theme = new SystemTheme();
