/** A few words about what stood out, from the scores alone. Only for who practises. */
import { componentsOf } from "./score-table.js";

const STRONG = 70;
const WEAK = 60;

/**
 * @param {object} scores the `question.scored` events by question number
 * @param {{policy: string, video: boolean}} shown what there is to show
 * @returns {{kind: string, component: string, points: number}[]} the best first, at most two that
 *   are strong and two that are weak
 */
export function feedbackOf(scores, { policy, video }) {
  if (policy !== "practice") return []; // people say it where people decide
  const means = componentsOf({ policy, video })
    .filter((component) => component !== "total")
    .map((component) => ({ component, points: mean(scores, component) }))
    .filter(({ points }) => points !== null)
    .sort((a, b) => b.points - a.points);
  const strong = means.filter(({ points }) => points >= STRONG).slice(0, 2);
  const weak = means.filter(({ points }) => points < WEAK).slice(-2);
  return [
    ...strong.map((each) => ({ kind: "strong", ...each })),
    ...weak.map((each) => ({ kind: "weak", ...each })),
  ];
}

/** Over the questions that have a value; null where none has. */
function mean(scores, component) {
  const values = Object.values(scores)
    .map((scored) => scored[component]?.value)
    .filter((value) => typeof value === "number");
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
