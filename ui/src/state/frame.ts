/** Waits until what stands now has been drawn. */
export function frameDrawn(): Promise<void> {
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}
