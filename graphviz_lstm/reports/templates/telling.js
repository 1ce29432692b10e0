"use strict";
// What the figure, the table and the sentence say of a state: of all paths, of those chosen, of one in focus, of a sweep
// that is on its way. Numbers, widths, colours and words come from one place, so that they cannot be of different things.

// `now` is {found, adjoints, solved} at the numbers as they are.
function makeTelling(content, data) {
  const { model, look, texts } = content;
  const name = (v) => model.vertices[v][0];
  const isMatrix = (v, value) => model.vertices[v][2] === null && value.shape.length === 2;

  function widthOf(flow, largest) {
    return largest ? Math.max(look.thinnest, look.widest * (Math.abs(flow) / largest)) : look.thinnest;
  }

  // A partial as one number, or a few beside a parameter or an input; else nothing.
  function partialText(e, { found }) {
    const map = found.maps[e];
    if (map.single !== null) return formatNumber(map.single);
    const [tail] = model.edges[e];
    if (map.headShape.reduce((size, n) => size * n, 1) !== 1) return "";
    const gradient = map.pull(makeArray(map.headShape, 1));
    const shown = tail === data.source ? entryOf(gradient, data.element) : gradient;
    return shown.data.length <= 4 ? arrayText(shown) : "";
  }

  function edgeWords(e, now, number) {
    const [tail, head] = model.edges[e];
    const partial = partialText(e, now);
    return `${name(tail)} -> ${name(head)}, partial ${texts.symbols[e]}${partial ? ` = ${partial}` : ""}${number ? `: ${number}` : ""}`;
  }

  function boxOf(v, { found, adjoints }) {
    const value = isMatrix(v, found.values[v]) ? "" : formatValue(found.values[v]);
    const note = adjoints[v].shape.length < 2 ? `\u2202 ${formatValue(adjoints[v])}` : "";
    return { value, note, words: value ? `${name(v)}: ${value}` : name(v) };
  }

  const wordsOf = (edges) => [data.source, ...edges.map((e) => model.edges[e][1])].map(name).join(" -> ");
  const along = (edges) => ({ edges: new Set(edges), vertices: new Set([data.source, ...edges.map((e) => model.edges[e][1])]) });

  function onPaths(layout) {
    return {
      edges: new Set(layout.nodes.flatMap(({ out }) => out.map(({ e }) => e))),
      vertices: new Set(layout.nodes.map(({ v }) => v)),
    };
  }

  const totalText = (now) => arrayText(entryOf(now.adjoints[data.source], data.element));
  const summed = (count) => (count === 1n ? "along the only path."
    : `the sum over ${pathsText(count)}: all are in it, none is left out.`);
  const part = (solved, x) => (solved.zero ? `a contribution of ${formatSum(x)}` : `${formatShare(x)} of the gradient`);

  // All paths, or those chosen; of a gradient of zero the partials, since there is nothing to share.
  function ofChosen(now) {
    const { solved } = now;
    const on = onPaths(solved.layout);
    const { edges: flows } = solved.chosen;
    const largest = flows.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const curve = (e) => {
      if (!on.edges.has(e)) return { tone: "pale", width: look.thinnest, label: "", words: edgeWords(e, now, "") };
      if (solved.zero) {
        const label = partialText(e, now);
        return { tone: "text", width: 1.4, label, words: edgeWords(e, now, `its paths contribute ${formatSum(flows[e])}`) };
      }
      const tone = flows[e] > 0 ? "positive" : flows[e] < 0 ? "negative" : "pale";
      const label = formatPercent(flows[e]);
      return { tone, width: widthOf(flows[e], largest), label, words: edgeWords(e, now, label) };
    };
    const first = ` = ${totalText(now)}, ${solved.filtered
      ? `of which the ${pathsText(solved.layout.count)} chosen ${solved.layout.count === 1n ? "is" : "are"} ${solved.zero ? formatSum(solved.chosen.part) : formatPercent(solved.chosen.part)}.`
      : summed(solved.whole.count)}`;
    return {
      litEdges: solved.filtered ? on.edges : null,
      litVertices: solved.filtered ? on.vertices : null,
      curve,
      box: (v) => boxOf(v, now),
      legend: { first, ...legendOf(solved) },
    };
  }

  function legendOf(solved) {
    const came = data.view === (solved.zero ? "values" : "flow");
    if (came && !solved.filtered) return { lines: null };
    const box = data.view === "values" ? "In a box: its value, and behind \u2202 its dE/d(box)." : "In a box: its value.";
    const edge = solved.zero ? `On an edge: its partial, where that is one number. The gradient is ${zeroWords(solved.cancelled)}: there is nothing to share.`
      : `On an edge: the share of the gradient through it${solved.filtered ? ", by the chosen paths alone" : ""}; its width is in proportion.`;
    const marks = data.view === "values" && !solved.zero ? ["on a path: blue adds, orange and dashed takes away"] : null;
    return { lines: [edge, box], marks };
  }

  // One path: its own sign, and the partials along it.
  function ofPath(now, path) {
    const { edges, vertices } = along(path.edges);
    const { zero } = now.solved;
    const tone = path.part < 0 ? "negative" : path.part > 0 ? "positive" : "text";
    const size = zero ? formatSum(path.part) : formatPercent(path.part);
    return {
      litEdges: edges,
      litVertices: vertices,
      curve: (e) => (edges.has(e)
        ? { tone, width: look.focus, label: partialText(e, now), words: edgeWords(e, now, `on the path in focus, ${size}`) }
        : { tone: "pale", width: look.thinnest, label: "", words: edgeWords(e, now, "") }),
      box: (v) => boxOf(v, now),
      legend: {
        first: ` = ${totalText(now)}; this path is ${zero ? formatSum(path.part) : `${size} of it`}.`,
        lines: ["On an edge: its partial, where that is one number. Their product is what the path contributes.", "In a box: its value."],
      },
    };
  }

  // The product along a path: numbers where every partial is one, else symbols.
  function product(now, path) {
    const bracketed = (term) => (term.includes(" + ") || term.includes(" - ") ? `(${term})` : term);
    const result = arrayText(entryOf(path.total, data.element));
    if (path.edges.length > 40) return `a product of ${path.edges.length} partials = ${result}`;
    const numbers = path.edges.map((e) => partialText(e, now));
    const told = numbers.every(Boolean) ? numbers : path.edges.map((e) => bracketed(texts.symbols[e]));
    return `${told.map((x, k) => (k && x.startsWith(MINUS) ? `(${x})` : x)).join(" \u00d7 ")} = ${result}`;
  }

  function pathSentence(now, path) {
    const size = now.solved.zero ? formatSum(path.part) : formatShare(path.part);
    return `${size}  ${wordsOf(path.edges)}\nIt contributes ${formatArray(entryOf(path.total, data.element))}: ${product(now, path)}`;
  }

  function chosenSentence(now, what) {
    const { solved } = now;
    const { count } = solved.layout;
    if (!solved.filtered) {
      return `All ${describeCount(count)} paths together are the gradient: ${formatArray(entryOf(now.adjoints[data.source], data.element))}.`;
    }
    if (!count) return `${what}No path is chosen.`;
    return `${what}${describeCount(count)} of the ${pathsText(solved.whole.count)}, together ${part(solved, solved.chosen.part)}.`;
  }

  // What the table leaves out: by exact sums.
  function restSentence({ solved }) {
    const left = solved.layout.count - BigInt(solved.paths.length);
    if (!left) return "";
    const listed = solved.paths.reduce((sum, path) => sum + path.part, 0);
    const rest = solved.chosen.part - listed;
    // Of what the sums are made of: contributions may be of any size, and shares large beside what they leave.
    const mass = solved.paths.reduce((sum, path) => sum + Math.abs(path.part), solved.zero ? 0 : 1);
    const size = rest && Math.abs(rest) < 1e-12 * mass ? "~0" : solved.zero ? formatSum(rest) : formatShare(rest);
    const unsure = solved.proof ? `; ${solved.proof}` : "";
    return `${solved.paths.length} of ${describeCount(solved.layout.count)} are listed; the others are together ${size}${unsure}`;
  }

  return {
    totalText, ofChosen, ofPath, boxOf, edgeWords, partialText, pathSentence, chosenSentence, restSentence, wordsOf, part, along, name,
  };
}
