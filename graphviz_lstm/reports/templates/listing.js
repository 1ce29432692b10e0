"use strict";
// Paths one by one. Where every vertex on the way is a single number, the largest are found exactly: each vertex keeps the
// largest completions, merged from those of its heads. Among vectors all are compared where there are few; of more, those
// stay listed that the page came with, and that is said.

const LISTED = 100;
const COMPARED = 10000;

const partOf = (adjoint, direction) => ({ total: narrow(adjoint), part: innerWide(widen(direction), adjoint) });

// Return the contribution of a path to the gradient, and its part along the direction.
function contributionOf({ maps }, edges, direction) {
  return partOf(edges.reduceRight((adjoint, e) => through(maps[e].pull, adjoint), widen(number(1))), direction);
}

// Return whether every vertex on a chosen path but the source is a single number.
function isSingle({ values }, layout) {
  return layout.nodes.every((node) => node === layout.first || values[node.v].data.length === 1);
}

// The `most` largest by |part|, as lists of edges; the paths between single numbers.
function largestOf({ maps }, layout, direction, most) {
  const best = []; // By place: completions {size, power, edge, rest}, the largest first.
  for (let k = layout.nodes.length - 1; k >= 0; k -= 1) {
    const { out } = layout.nodes[k];
    const heads = out.map(({ e, node }) => {
      const factor = sized(Math.abs(k === 0 ? sumOf(maps[e].push(direction)) : maps[e].single));
      return { e, factor, rest: best[node.place], at: 0, next: null };
    });
    const turn = (head) => {
      const rest = head.rest[head.at];
      head.next = rest ? sized(head.factor.size * rest.size, head.factor.power + rest.power, head.e, rest) : null;
    };
    heads.forEach(turn);
    const merged = [];
    while (merged.length < most) {
      let largest = null;
      for (const head of heads) if (head.next && (!largest || isLarger(head.next, largest.next))) largest = head;
      if (!largest) break;
      merged.push(largest.next);
      largest.at += 1;
      turn(largest);
    }
    best[k] = out.length ? merged : [sized(1)];
  }
  return best[0].map((path) => {
    const edges = [];
    for (let at = path; at.rest; at = at.rest) edges.push(at.e);
    return edges;
  });
}

// Every chosen path, with its contribution: each edge's pull is done once for all paths that end alike.
function everyPath({ maps }, layout, direction) {
  const found = [];
  const completions = [];
  for (let k = layout.nodes.length - 1; k >= 0; k -= 1) {
    const { out } = layout.nodes[k];
    completions[k] = out.length ? out.flatMap(({ e, node }) => completions[node.place].map(({ adjoint, edges }) => ({
      adjoint: through(maps[e].pull, adjoint), edges: { e, rest: edges },
    }))) : [{ adjoint: widen(number(1)), edges: null }];
  }
  for (const { adjoint, edges } of layout.first ? completions[0] : []) {
    const list = [];
    for (let at = edges; at; at = at.rest) list.push(at.e);
    found.push({ edges: list, ...partOf(adjoint, direction) });
  }
  return found;
}

// Return the listed ones of the chosen paths, the largest first, `ranked`: whether no larger one can be missing, and
// `all`: every one with its part where there are few enough, else null.
function listPaths(found, layout, direction, kept) {
  if (!layout.first) return { paths: [], ranked: true, all: [] };
  const bySize = (one, other) => Math.abs(other.part) - Math.abs(one.part);
  const few = layout.count <= BigInt(COMPARED);
  const single = isSingle(found, layout);
  if (few && !(single && layout.count > BigInt(LISTED))) {
    const all = everyPath(found, layout, direction).sort(bySize);
    return { paths: all.slice(0, LISTED), ranked: true, all };
  }
  const told = (edges) => ({ edges, ...contributionOf(found, edges, direction) });
  if (single) return { paths: largestOf(found, layout, direction, LISTED).map(told), ranked: true, all: null };
  return { paths: kept.map(told).sort(bySize), ranked: false, all: null };
}
