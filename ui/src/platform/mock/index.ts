import type { Answer, Ask, Error as AppError, Push } from "../../generated/types";
import type { Platform } from "../index";
import { comparedView } from "./compare";
import { doctor } from "./doctor";
import { history } from "./history";
import { Simulation } from "./live";
import { offer, weigh } from "./offer";
import { drop, imagesOf, look, tryIt, Yours } from "./own";
import { runView } from "./run";
import { Downloads, OF_COMPARISON, OF_RUN } from "./save";
import { scenario } from "./scenario";

const DOWN: AppError = {
  code: "environment", message: "could not read the folder of runs at `~/.local/share/plimsoll`",
  causes: ["Permission denied (os error 13)"], hint: "make the folder yours: `sudo chown -R $USER ~/.local/share/plimsoll`",
};

/** An app that is not there: answers as the real one would, from invented figures. */
export function mock(): Platform & { readonly asked: Ask[] } {
  const world = scenario();
  const asked: Ask[] = [];
  let push: (push: Push) => void = () => {};
  let simulation: Simulation | null = null;
  let epoch = 0;
  const deleted = new Set<string>();
  const named = new Map<string, { name?: string | null; tags?: string[] }>();
  const yours = new Yours();
  const downloads = new Downloads();
  const done: Answer = { answer: "done" };

  function start(order: Parameters<typeof weigh>[0]): Answer {
    epoch += 1;
    simulation = new Simulation(order, epoch, world === "fast" ? 40 : 450, (one) => {
      if (one.push === "ended") simulation = null;
      push(one);
    });
    simulation.begin();
    return { answer: "started", is: { epoch } };
  }

  function answer(request: Ask): Answer {
    switch (request.ask) {
      case "offer": return { answer: "offer", is: yours.within(offer(world)) };
      case "look": return { answer: "looked", is: look(request.form) };
      case "try": return { answer: "tried", is: tryIt(request.form) };
      case "add": return { answer: "added", is: yours.add(request.form, offer(world)) };
      case "drop": return { answer: "dropped", is: drop(request.paths, request.form) };
      case "choose": return { answer: "chosen", is: { path: request.folder ? "/home/somebody/shop/service" : "/home/somebody/shop/cart.wasm" } };
      case "images": return { answer: "images", is: imagesOf(world) };
      case "edit": return { answer: "filled", is: yours.edit(request.workload, request.over) };
      case "forget": return { answer: "forgotten", is: { kept: yours.forget(request.workload) } };
      case "restore": return { answer: "added", is: { workload: yours.restore(request.kept), kept: null } };
      case "weigh": return { answer: "weighed", is: weigh(request.order) };
      case "start": return start(request.order);
      case "live": return { answer: "live", is: simulation?.whole() ?? null };
      case "cancel": simulation?.cancel(); return done;
      case "history": {
        const all = history(world);
        const runs = all.runs.filter((run) => !deleted.has(run.id)).map((run) => ({ ...run, ...named.get(run.id) }));
        return { answer: "history", is: { ...all, runs } };
      }
      case "open": {
        if (request.run.endsWith("broken.json")) throw { code: "usage", message: "`broken.json` is not a run file", causes: ["expected `,` or `}` at line 118, column 4"], hint: "drop a file that `plimsoll bench` wrote" } satisfies AppError;
        return { answer: "run", is: { ...runView(request.run, world), ...named.get(request.run) } };
      }
      case "compare": return { answer: "compared", is: comparedView(request.what, request.shown, world) };
      case "rename": named.set(request.run, { ...named.get(request.run), name: request.name || null }); return done;
      case "tag": named.set(request.run, { ...named.get(request.run), tags: request.tags }); return done;
      case "delete": deleted.add(request.run); return done;
      case "undo_delete": deleted.delete(request.run); return done;
      case "doctor": return { answer: "doctor", is: doctor(world) };
      case "export": return { answer: "saved", is: downloads.save(OF_RUN, request.form, request.run) };
      case "export_compared": return { answer: "saved", is: downloads.save(OF_COMPARISON, request.form, `${request.what.runs[0]}-against-${request.what.runs.at(-1)}`) };
      case "drawn": case "stop_trying": case "reveal": case "reveal_saved": case "reveal_workload": case "copy_chart": case "copy_compared": case "copy_compared_chart": case "copy_table": case "copy_text": return done;
    }
  }

  return {
    asked,
    async ask(request) {
      asked.push(request);
      if (world === "slow") await new Promise(() => {});
      if (world === "broken") throw DOWN;
      return structuredClone(answer(JSON.parse(JSON.stringify(request)) as Ask));
    },
    async listen(onPush) {
      push = onPush;
      // The screen tests push what only the app's window can, and look at what was asked.
      Object.assign(globalThis, { plimsollPush: (one: Push) => push(one), plimsollAsked: asked });
      return { answer: "live", is: simulation?.whole() ?? null };
    },
  };
}
