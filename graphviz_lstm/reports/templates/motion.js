"use strict";
// Backpropagation as motion, and the forward pass: a list of moments. Backwards one vertex is lit at a time, from E on, and
// its dE/d(vertex) adds up term by term; forwards one vertex after another gets its value.

function makeMotion(content, data, telling, around) {
  const { model, texts, look } = content;
  const target = model.vertices.length - 1;
  const totalOf = (now) => ` = ${telling.totalText(now)}.`;
  const quiet = (e, now) => ({ tone: "pale", width: look.thinnest, label: "", words: telling.edgeWords(e, now, "") });

  // Backwards: [vertex, terms that are there]. Only what the figure shows, and what E can be reached from.
  function backwards(shown) {
    const reached = new Set([target]);
    const moments = [[target, []]];
    for (let v = target - 1; v >= 0; v -= 1) {
      const terms = around.leaving[v].filter((e) => reached.has(model.edges[e][1]));
      if (terms.length && shown.has(v)) {
        reached.add(v);
        terms.forEach((_, k) => moments.push([v, terms.slice(0, k + 1)]));
      }
    }
    return moments;
  }

  function forwards(shown) {
    return model.vertices.flatMap((_, v) => (shown.has(v) ? [[v, around.entering[v]]] : []));
  }

  function tellBackwards(now, moments) {
    const last = moments.at(-1);
    const terms = new Map(moments); // A vertex's last moment is the one that holds.
    const edges = new Set([...terms.values()].flat());
    const sums = new Map([...terms].map(([v, list]) => [v, v === target ? number(1)
      : list.map((e) => now.found.maps[e].pull(now.adjoints[model.edges[e][1]])).reduce((sum, x) => add(sum, x))]));
    return {
      litVertices: new Set(terms.keys()),
      litEdges: edges,
      now: last ? last[0] : null,
      reversed: true,
      curve: (e) => (edges.has(e)
        ? { tone: "text", width: 1.4, label: telling.partialText(e, now), words: telling.edgeWords(e, now, "") } : quiet(e, now)),
      box: (v) => (sums.has(v) ? { value: formatValue(sums.get(v)), note: "", words: `dE/d${telling.name(v)}: ${formatArray(sums.get(v))}` }
        : { value: "", note: "", words: telling.name(v) }),
      legend: {
        first: totalOf(now),
        plain: true,
        lines: ["In a box: dE/d(box), the sum of the terms so far. Arrows run backwards.", "On an edge: its partial, where that is one number."],
      },
      words: last ? sentence(now, last, sums.get(last[0])) : "",
    };
  }

  function sentence(now, [v, list], sum) {
    const all = around.leaving[v].length;
    const lines = list.map((e) => {
      const [, head] = model.edges[e];
      const crossing = model.labels[model.edges[e][3]].crossings ? "  (through a gate)" : "";
      return `${texts.terms[e]} = ${formatArray(now.found.maps[e].pull(now.adjoints[head]))}${crossing}`;
    });
    const so = list.length < all ? ` so far, ${list.length} of ${all} terms` : "";
    return [`dE/d${telling.name(v)} = ${formatArray(sum)}${so}${list.length > 1 ? ", the sum of" : ""}`, ...lines].join("\n");
  }

  function tellForwards(now, moments) {
    const done = new Set(moments.map(([v]) => v));
    const last = moments.at(-1);
    const edges = new Set(moments.flatMap(([, list]) => list.filter((e) => done.has(model.edges[e][0]))));
    return {
      litVertices: done,
      litEdges: edges,
      now: last ? last[0] : null,
      curve: (e) => (edges.has(e) ? { tone: "text", width: 1.4, label: "", words: telling.edgeWords(e, now, "") } : quiet(e, now)),
      box: (v) => (done.has(v) ? { ...telling.boxOf(v, now), note: "" } : { value: "", note: "", words: telling.name(v) }),
      legend: { first: totalOf(now), plain: true, lines: ["In a box: its value, step by step from what it reads.", ""] },
      words: last ? forwardSentence(now, last) : "",
    };
  }

  function forwardSentence(now, [v, list]) {
    const read = list.map((e) => telling.name(model.edges[e][0]));
    return `${telling.name(v)} = ${formatArray(now.found.values[v])}${read.length ? `\nIt reads ${read.join(", ")}.` : "\nIt is given."}`;
  }

  return { backwards, forwards, tellBackwards, tellForwards };
}
