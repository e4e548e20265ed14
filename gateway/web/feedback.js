/** A few words about what stood out, from the scores alone. Only for who practises. */
import { componentsOf } from "./score-table.js";

/** @import {ComponentName} from "../types/events.d.ts" */
/** @import {Scores} from "../types/snapshot.d.ts" */
/** @import {Shown} from "./score-table.js" */

/** @typedef {Exclude<ComponentName, "total">} Part */

const STRONG = 70;
const WEAK = 60;

/**
 * @param {Scores} scores
 * @param {Shown} shown what there is to show
 * @returns {{kind: "strong" | "weak", component: Part, points: number}[]} the best first, at most
 *   two that are strong and two that are weak
 */
export function feedbackOf(scores, { policy, video }) {
  if (policy !== "practice") return []; // people say it where people decide
  const means = componentsOf({ policy, video })
    .filter((component) => component !== "total")
    .flatMap((component) => {
      const points = mean(scores, component);
      return points === null ? [] : [{ component, points }];
    })
    .sort((a, b) => b.points - a.points);
  const strong = means.filter(({ points }) => points >= STRONG).slice(0, 2);
  const weak = means.filter(({ points }) => points < WEAK).slice(-2);
  return [
    ...strong.map((each) => ({ kind: /** @type {const} */ ("strong"), ...each })),
    ...weak.map((each) => ({ kind: /** @type {const} */ ("weak"), ...each })),
  ];
}

/**
 * Over the questions that have a value; null where none has.
 * @param {Scores} scores
 * @param {Part} component
 */
function mean(scores, component) {
  const values = Object.values(scores)
    .map((scored) => scored[component]?.value)
    .filter((value) => typeof value === "number");
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
