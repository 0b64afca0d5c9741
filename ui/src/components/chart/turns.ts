/** Charts that are still to be drawn, in the order in which they came. */
const waiting: (() => void)[] = [];

function next(): void {
  waiting.shift()?.();
  if (waiting.length > 0) requestAnimationFrame(next);
}

/**
 * Draws one chart a frame, so that the first ones are on the screen while others are still to come, and the window
 * answers meanwhile. What comes back takes the drawing off the list.
 */
export function inTurn(draw: () => void): () => void {
  waiting.push(draw);
  if (waiting.length === 1) requestAnimationFrame(next);
  return () => {
    const at = waiting.indexOf(draw);
    if (at >= 0) waiting.splice(at, 1);
  };
}
