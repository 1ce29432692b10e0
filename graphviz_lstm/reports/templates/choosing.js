"use strict";
// Paths that are chosen: by a gate crossed, by how often gates are crossed, by a step, a vertex or an edge passed. A path
// is read by a small automaton whose state says how often it has crossed and what it has passed already, and sweeps run
// over pairs of a vertex and a state. So sums, flows and counts of what is chosen are exact, listed or not.

const ALL_PATHS = Object.freeze({ gate: null, crossings: null, step: null, vertex: null, edge: null, crossing: false });

// Return for a choice the state at the source, the state after an edge (-1: no such path is chosen), and which states
// are good at the end.
function automatonOf(model, choice) {
  const marks = []; // Each: whether an edge passes it, whether a vertex does.
  const labels = (e) => model.labels[model.edges[e][3]];
  if (choice.gate !== null) marks.push({ edge: (e) => labels(e).gates.includes(choice.gate), vertex: () => false });
  if (choice.crossing) marks.push({ edge: (e) => labels(e).crossings > 0, vertex: () => false });
  if (choice.step !== null) marks.push({ edge: () => false, vertex: (v) => model.vertices[v][2] === choice.step });
  if (choice.vertex !== null) marks.push({ edge: () => false, vertex: (v) => v === choice.vertex });
  if (choice.edge !== null) marks.push({ edge: (e) => e === choice.edge, vertex: () => false });
  const all = (1 << marks.length) - 1;
  const passed = (v) => marks.reduce((bits, mark, k) => bits | (mark.vertex(v) ? 1 << k : 0), 0);
  const along = (e) => marks.reduce((bits, mark, k) => bits | (mark.edge(e) ? 1 << k : 0), 0);
  const arrivals = model.vertices.map((_, v) => passed(v));
  const steps = model.edges.map(([, head], e) => along(e) | arrivals[head]);
  const counted = model.edges.map((_, e) => (choice.crossings === null ? 0 : labels(e).crossings));
  const most = choice.crossings ?? 0;
  const width = all + 1;
  return {
    start: (source) => arrivals[source],
    after: (state, e) => {
      const times = Math.floor(state / width) + counted[e];
      return times > most ? -1 : times * width + ((state % width) | steps[e]);
    },
    good: (state) => state === most * width + all,
  };
}

// The pairs of a vertex and a state that lie on a chosen path, in topological order, each with its edges to others; none
// where no path is chosen. It depends on no number: made once for a choice.
function layoutOf(model, around, source, choice) {
  const automaton = automatonOf(model, choice);
  const target = model.vertices.length - 1;
  const states = model.vertices.map(() => new Map());
  states[source].set(automaton.start(source), null);
  for (let v = source; v <= target; v += 1) {
    for (const state of states[v].keys()) {
      for (const e of around.leaving[v]) {
        const next = automaton.after(state, e);
        if (next >= 0) states[model.edges[e][1]].set(next, null);
      }
    }
  }
  const nodes = [];
  for (let v = target; v >= source; v -= 1) {
    for (const state of states[v].keys()) {
      const out = v === target ? [] : around.leaving[v].flatMap((e) => {
        const next = automaton.after(state, e);
        const node = next < 0 ? null : states[model.edges[e][1]].get(next);
        return node ? [{ e, node }] : [];
      });
      if (out.length || (v === target && automaton.good(state))) {
        const node = { v, out, count: out.reduce((sum, step) => sum + step.node.count, v === target ? 1n : 0n) };
        states[v].set(state, node);
        nodes.push(node);
      }
    }
  }
  const first = states[source].get(automaton.start(source));
  if (!first) return { nodes: [], first: null, count: 0n };
  // Backwards to here; forwards from here on, and only what the source leads to.
  const reached = new Set([first]);
  const order = nodes.reverse().filter((node) => {
    if (reached.has(node)) node.out.forEach((step) => reached.add(step.node));
    return reached.has(node);
  });
  order.forEach((node, k) => { node.place = k; });
  return { nodes: order, first, count: first.count };
}

// What flows through each vertex and each edge along the chosen paths, and what they sum to along the direction.
function flowsOf(model, { maps }, layout, direction) {
  const flows = { vertices: new Float64Array(model.vertices.length), edges: new Float64Array(model.edges.length) };
  if (!layout.first) return { ...flows, part: 0 };
  const { nodes } = layout;
  const adjoints = [];
  for (let k = nodes.length - 1; k >= 0; k -= 1) {
    const pulled = nodes[k].out.map(({ e, node }) => through(maps[e].pull, adjoints[node.place]));
    adjoints[k] = pulled.length ? addWide(pulled, addSettled) : widen(number(1));
  }
  const tangents = [widen(direction)];
  nodes.forEach((node, k) => {
    flows.vertices[node.v] += innerWide(tangents[k], adjoints[k]);
    node.out.forEach(({ e, node: { place } }) => {
      const pushed = through(maps[e].push, tangents[k]);
      flows.edges[e] += innerWide(pushed, adjoints[place]);
      tangents[place] = tangents[place] ? addWide([tangents[place], pushed], addAll) : pushed;
    });
  });
  return { ...flows, part: innerWide(tangents[0], adjoints[0]) };
}

// The sums of the positive and of the negative parts of the chosen paths through single units, and how many these are:
// p' = M+ p + M- q, q' = M+ q + M- p.
function massesOf({ maps, values }, layout, direction) {
  if (!layout.first) return { positive: 0, negative: 0 };
  const sums = layout.nodes.map(() => null);
  const parts = (array) => [array.data.map((x) => Math.max(x, 0)), array.data.map((x) => Math.max(-x, 0))];
  layout.nodes.forEach((node, k) => node.out.forEach(({ e, node: { place, v } }) => {
    sums[place] ??= [new Float64Array(values[v].data.length), new Float64Array(values[v].data.length)];
    const [p, q] = sums[place];
    if (k === 0) {
      const [up, down] = parts(maps[e].push(direction));
      up.forEach((x, i) => { p[i] += x; q[i] += down[i]; });
      return;
    }
    const [own, other] = sums[k];
    maps[e].matrix().forEach((row, i) => row.forEach((m, j) => {
      if (m > 0) { p[i] += m * own[j]; q[i] += m * other[j]; }
      else if (m < 0) { p[i] -= m * other[j]; q[i] -= m * own[j]; }
    }));
  }));
  const [positive, negative] = sums.at(-1);
  return { positive: positive[0], negative: 0 - negative[0] };
}

// How many paths through single units there are, by the structure of the maps alone: `patterns` of `evaluate`.
function countUnits(patterns, values, layout, direction) {
  if (!layout.first) return 0n;
  const counts = layout.nodes.map(() => null);
  layout.nodes.forEach((node, k) => node.out.forEach(({ e, node: { place, v } }) => {
    counts[place] ??= Array(values[v].data.length).fill(0n);
    if (k === 0) {
      const pattern = { shape: direction.shape, data: direction.data.map((x) => (x ? 1 : 0)) };
      patterns[e].push(pattern).data.forEach((x, i) => { if (x) counts[place][i] += 1n; });
    } else {
      patterns[e].matrix().forEach((row, i) => row.forEach((x, j) => { if (x) counts[place][i] += counts[k][j]; }));
    }
  }));
  return counts.at(-1)[0];
}
