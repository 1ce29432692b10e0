"use strict";
// One question to the numbers as they are now: what is chosen, what it sums to, which paths are listed, the verdict.

const LEAST = 1e-307; // A flow is made of a gradient's inverse: both must be float64 with all their digits.

// `data` is one source of the page's content.
function makeStudy(model, data, around) {
  const { source, element } = data;
  const layouts = new Map();
  const kept = data.paths;
  let units = null; // How many crossing paths through single units there are: counted once.

  function layoutFor(choice) {
    const key = JSON.stringify(choice);
    if (!layouts.has(key)) layouts.set(key, layoutOf(model, around, source, choice));
    return layouts.get(key);
  }

  // Those of the paths that the page came with that are chosen.
  function keptOf(choice) {
    const automaton = automatonOf(model, choice);
    return kept.filter((edges) => automaton.good(edges.reduce(
      (state, e) => (state < 0 ? state : automaton.after(state, e)), automaton.start(source),
    )));
  }

  // The crossing paths at both levels.
  function levelsOf(found, direction) {
    const layout = layoutFor({ ...ALL_PATHS, crossing: true });
    const { count } = layout;
    if (!count) return [{ name: "quantity", count }, { name: "unit", count }];
    const share = flowsOf(model, found, layout, direction).part;
    // From the whole source to each unit that reads any of it, be a part of the gradient zero or not.
    const from = element === null ? makeArray(direction.shape, 1) : direction;
    units ??= countUnits(found.patterns(), found.values, layout, from);
    const unit = { name: "unit", count: units, part: { share, ...massesOf(found, layout, direction) } };
    const quantity = { name: "quantity", count, part: { share, positive: null, negative: null } };
    quantity.missing = `signs of ${describeCount(count)} paths take listing them`;
    if (isSingle(found, layout)) quantity.part = unit.part;
    else if (count <= BigInt(COMPARED)) {
      const parts = everyPath(found, layout, direction).map((path) => path.part);
      const sum = (sign) => parts.reduce((total, x) => total + (sign * x > 0 ? x : 0), 0);
      quantity.part = { share, positive: sum(1), negative: sum(-1) };
    }
    // A quantity path is a sum of unit paths: no more than their rounding is nothing.
    const [mass, ofUnits] = [quantity, unit].map(({ part }) => part.positive - part.negative);
    if (quantity.part.positive !== null && mass && mass <= APART.ofGradient && mass <= APART.ofMass * ofUnits) {
      quantity.part = { share: 0, positive: 0, negative: 0 };
    }
    return [quantity, unit];
  }

  // Return all that is told of a choice at numbers: `found` of `evaluate`, and the adjoints; an `error` in words where
  // nothing can be told.
  function solve(found, adjoints, choice, asLoaded) {
    const { direction, zero, size } = directionOf(adjoints[source], element);
    if (!zero && !(size >= LEAST && size <= 1 / LEAST)) {
      return { error: `${data.derivative} is ${general(size, 3)}: no float64 can hold its shares` };
    }
    const whole = layoutFor(ALL_PATHS);
    const layout = layoutFor(choice);
    const all = flowsOf(model, found, whole, direction);
    const chosen = layout === whole ? all : flowsOf(model, found, layout, direction);
    const levels = levelsOf(found, direction);
    if (![...all.edges, ...chosen.edges, ...levels.map(({ part }) => (part ? part.positive ?? 0 : 0))].every(Number.isFinite)) {
      return { error: "a flow leaves the range of a float64 on its way" };
    }
    const ours = keptOf(choice);
    let list = listPaths(found, layout, direction, ours);
    list.proof = list.ranked ? "" : "they are those that the page came with, and larger ones may be among the others";
    // At the numbers that the page came with, in its order: ties stay where they are.
    if (asLoaded && layout === whole) {
      list = { ...list, proof: data.proof, paths: kept.map((edges) => ({ edges, ...contributionOf(found, edges, direction) })) };
    }
    const cancelled = zero ? sizeOfTerms(model, found, around, source, element) : 0;
    return { direction, zero, cancelled, whole, layout, chosen, levels, ...list, filtered: layout !== whole };
  }

  // What can be chosen: the gates that paths cross, how often, the steps that they pass.
  function choices() {
    const { nodes } = layoutFor(ALL_PATHS);
    const labels = (e) => model.labels[model.edges[e][3]];
    const times = [];
    for (let k = nodes.length - 1; k >= 0; k -= 1) {
      times[k] = nodes[k].out.length ? new Set() : new Set([0]);
      nodes[k].out.forEach(({ e, node }) => times[node.place].forEach((n) => times[k].add(n + labels(e).crossings)));
    }
    const sorted = (items) => [...new Set(items)].sort((a, b) => (typeof a === "number" ? a - b : a < b ? -1 : 1));
    return {
      gates: sorted(nodes.flatMap(({ out }) => out.flatMap(({ e }) => labels(e).gates))),
      crossings: sorted([...times[0]]),
      steps: sorted(nodes.map(({ v }) => model.vertices[v][2]).filter((step) => step !== null)),
    };
  }

  return { solve, choices };
}
