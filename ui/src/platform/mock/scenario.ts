/** Which world the mock plays, chosen by `?mock=…`: so that each state of a screen can be looked at. */
export type Scenario = "usual" | "empty" | "broken" | "slow" | "hostile" | "many" | "down" | "fast";

export function scenario(): Scenario {
  const asked = new URLSearchParams(globalThis.location?.search ?? "").get("mock");
  return (asked as Scenario | null) ?? "usual";
}

/** A figure as wide as they come. */
export const HUGE = "18446744073709551615 s";

/** Names as a hostile run file could hold them. */
export const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>${"very-long-name-".repeat(12)}`;
