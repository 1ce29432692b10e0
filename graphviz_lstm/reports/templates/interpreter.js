"use strict";
// The interpreter: a model (see `pages/model.py`) and numbers in, values, partials, adjoints and flows out.

// Which entries of a source are looked at from nearer, and how many at most.
const FAR_BELOW = 1e-9;
const MOST_ENTRIES = 64;

// What stands at a place of a document.
function lookUp(documentOf, place) {
  return place.reduce((part, key) => part[key], documentOf);
}

function toArray(value) {
  const shape = [];
  for (let part = value; Array.isArray(part); [part] = part) shape.push(part.length);
  return { shape, data: Float64Array.from(shape.length ? value.flat(Infinity) : [value]) };
}

// Read the numbers of a document: what a problem brings.
function numbersOf(model, documentOf = model.document) {
  const { places } = model;
  const each = (group, read) => Object.fromEntries(
    Object.entries(places[group]).map(([name, place]) => [name, read(lookUp(documentOf, place))]),
  );
  return {
    parameters: each("parameters", toArray),
    initial: each("initial", toArray),
    inputs: each("inputs", (rows) => rows.map(toArray)),
    targets: places.targets.map((place) => lookUp(documentOf, place).map(toArray)),
  };
}

// Fill the slots of one run at one step; `given` finds what no instruction fills.
function fillSlots(recipe, given, run = recipe.runs[0], now = []) {
  for (const k of run.slots) {
    const slot = recipe.slots[k];
    if (slot.apply !== undefined) {
      const row = OPERATIONS[slot.apply];
      const f = slot.by === undefined ? row.value : row.derivatives[slot.by];
      now[k] = slot.to.length === 1 ? f(now[slot.to[0]]) : f(...slot.to.map((from) => now[from]));
    } else if (slot.same !== undefined) now[k] = now[slot.same];
    else if (slot.number !== undefined) now[k] = number(slot.number);
    else now[k] = given(slot);
  }
  return now;
}

function termsIn(terms, slots) {
  return terms.map(({ sign, factors }) => ({
    sign, factors: factors.map(([kind, slot]) => [kind, slot === null ? null : slots[slot]]),
  }));
}

// The forward pass and the partials. Returns `values` by vertex, `maps` by edge, and `lost`: null, or the first vertex
// whose value is no finite number.
function evaluate(model, numbers) {
  const { recipe, vertices, edges, families, losses, steps } = model;
  const slots = Array.from({ length: steps }, () => []);
  for (const run of recipe.runs) {
    for (let k = 0; k < steps; k += 1) {
      const t = run.backward ? steps - 1 - k : k;
      fillSlots(recipe, (slot) => {
        if (slot.parameter !== undefined) return numbers.parameters[slot.parameter];
        if (slot.input !== undefined) return numbers.inputs[slot.input][t];
        const there = slots[t - slot.lag];
        return there ? there[recipe.quantities[slot.before]] : numbers.initial[slot.before];
      }, run, slots[t]);
    }
  }
  const lossSlots = losses.map((loss, n) => loss.rows.map((row, k) => fillSlots(loss.recipe, (slot) => (
    slot.input === loss.target ? numbers.targets[n][k] : slots[row][recipe.quantities[loss.quantity]]
  ))));
  const parts = losses.flatMap((loss, n) => lossSlots[n].map((filled) => filled[loss.recipe.quantities[loss.value]].data[0]));
  const total = rowTimesColumn(parts, makeArray([parts.length], 1).data, 0, 0, parts.length, 1);
  const values = vertices.map(([, quantity, step], v) => {
    if (v === vertices.length - 1) return number(total);
    if (step === null) return numbers.parameters[quantity];
    if (step < 0 || step >= steps) return numbers.initial[quantity];
    return quantity in recipe.quantities ? slots[step][recipe.quantities[quantity]] : numbers.inputs[quantity][step];
  });
  const lost = values.findIndex((value) => !value.data.every(Number.isFinite));
  // `change` is done to every coefficient and sign: nothing, or what leaves only where entries may be other than 0.
  const mapOf = ([tail, head, family, , matrix], change) => {
    const [tailShape, headShape] = [values[tail].shape, values[head].shape];
    if (matrix) return makeMatrixMap(matrix, tailShape, headShape);
    if (family >= 0) {
      return makeMap(change(termsIn(families[family].terms, slots[vertices[head][2]])), tailShape, headShape);
    }
    const [, quantity, step] = vertices[tail];
    return makeMap(change(losses.flatMap((loss, n) => {
      const k = loss.quantity === quantity ? loss.rows.indexOf(step) : -1;
      return k < 0 ? [] : termsIn(loss.terms, lossSlots[n][k]);
    })), tailShape, headShape);
  };
  const pattern = (terms) => terms.map(({ factors }) => ({
    sign: 1, factors: factors.map(([kind, array]) => [kind, array && kind !== "select" ? makeArray(array.shape, 1) : array]),
  }));
  return {
    values,
    maps: edges.map((edge) => mapOf(edge, (terms) => terms)),
    patterns: () => edges.map((edge) => mapOf(edge, pattern)),
    lost: lost < 0 ? null : lost,
  };
}

// By vertex, the edges that leave it and those that come in; a model's own, made once.
function neighbours(model) {
  const [leaving, entering] = [model.vertices.map(() => []), model.vertices.map(() => [])];
  model.edges.forEach(([tail, head], e) => {
    leaving[tail].push(e);
    entering[head].push(e);
  });
  return { leaving, entering };
}

// dE/d(vertex) by vertex; 0 where the terms of the edges out of it cancel to rounding. In reverse topological order: an adjoint is complete before it is read.
function adjointsOf(model, { values, maps }, { leaving }) {
  const adjoints = [];
  for (let v = values.length - 1; v >= 0; v -= 1) {
    const pulled = leaving[v].map((e) => maps[e].pull(adjoints[model.edges[e][1]]));
    if (v === values.length - 1) adjoints[v] = number(1);
    else adjoints[v] = pulled.length ? addSettled(pulled) : makeArray(values[v].shape);
  }
  return adjoints;
}

// The adjoint of a source, 0 for each entry that cannot be told from zero: see `paths/sweeping/settled.py`.
function settledSource(model, { maps, values }, adjoints, { leaving }, source) {
  const total = adjoints[source];
  // Between single numbers what cancels on the way is suspected too.
  const single = model.edges.every(([, head]) => values[head].data.length === 1);
  const far = single ? sizesFrom(model, { maps, values }, { leaving }, source) : makeArray(total.shape);
  const behind = (e) => adjoints[model.edges[e][1]];
  const near = leaving[source].map((e) => abs(maps[e].pull(behind(e)))).reduce((sum, part) => add(sum, part), makeArray(total.shape));
  const most = (k) => Math.max(FAR_BELOW * near.data[k], ROUNDING * values.length * far.data[k]);
  const suspected = [...total.data.keys()].filter((k) => total.data[k] && Math.abs(total.data[k]) <= most(k));
  if (suspected.length > MOST_ENTRIES) return total;
  const data = total.data.slice();
  for (const k of suspected) {
    const waysTo = [];
    waysTo[source] = makeArray(total.shape);
    waysTo[source].data[k] = 1;
    let size = 0;
    for (let v = source; v < adjoints.length; v += 1) {
      for (const e of waysTo[v] ? leaving[v] : []) {
        size += inner(abs(waysTo[v]), maps[e].pullSizes(abs(behind(e))));
        const [, head] = model.edges[e];
        const ways = maps[e].push(waysTo[v]);
        waysTo[head] = waysTo[head] ? add(waysTo[head], ways) : ways;
      }
    }
    if (isRounding(data[k], size)) data[k] = 0;
  }
  return { shape: total.shape, data };
}

// How large the terms are that come together along all paths from a source, entry by entry.
function sizesFrom(model, { maps, values }, { leaving }, source) {
  const sizes = [];
  for (let v = values.length - 1; v >= source; v -= 1) {
    const pulled = leaving[v].map((e) => maps[e].pullSizes(sizes[model.edges[e][1]]));
    const none = v === values.length - 1 ? number(1) : makeArray(values[v].shape);
    sizes[v] = pulled.length ? pulled.reduce((sum, part) => add(sum, part)) : none;
  }
  return sizes[source];
}

// The largest of them, as `graph/sweeps.size_of_terms`: what cancels where an adjoint is zero.
function sizeOfTerms(model, found, around, source, element) {
  return entryOf(sizesFrom(model, found, around, source), element).data.reduce((most, x) => Math.max(most, x), 0);
}

// The direction in the source along which E's tangent is 1, as `graph/sweeps.share_direction`; of a gradient of zero
// there is none, and what is told is the entry looked at, or the sum of all.
function directionOf(total, element) {
  const { shape, data } = total;
  const index = element === null ? null : element.reduce((place, k, axis) => place * shape[axis] + k, 0);
  const largest = index === null ? data.reduce((most, x) => Math.max(most, Math.abs(x)), 0) : Math.abs(data[index]);
  const direction = makeArray(shape);
  if (largest === 0) {
    if (index === null) direction.data.fill(1);
    else direction.data[index] = 1;
    return { direction, zero: true, size: largest };
  }
  if (index !== null) direction.data[index] = 1 / data[index];
  else {
    // By a power of two, which rounds nothing: the square of 1e-200 would be zero.
    const scale = 2 ** -Math.floor(Math.log2(largest));
    const scaled = data.map((x) => x * scale);
    const square = scaled.reduce((sum, x) => sum + x * x, 0);
    scaled.forEach((x, k) => { direction.data[k] = (x / square) * scale; });
  }
  return { direction, zero: false, size: largest };
}
