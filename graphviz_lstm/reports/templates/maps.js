"use strict";
// The partial on an edge as a linear map: `push` a tangent from tail to head, `pull` an adjoint from head to tail, as in
// `graph/maps.py`. A map is a sum of terms, a term a product of factors, the outermost first; see `cells/operation.py`
// for what a factor's coefficient does.

// What a sum must exceed of the sizes of its terms to be told from zero, as in `graph/cancelling.py`.
const ROUNDING = 16 * Number.EPSILON;
const abs = entrywise(Math.abs);

const isRounding = (x, size) => Math.abs(x) <= ROUNDING * size && Number.isFinite(size);

const addAll = (parts) => parts.reduce((sum, part) => add(sum, part));

// A sum of arrays of one shape, 0 for each entry that cannot be told from zero.
function addSettled(parts) {
  if (parts.length === 1) return parts[0];
  const total = parts.reduce((sum, part) => add(sum, part));
  const size = parts.map((part) => abs(part)).reduce((sum, part) => add(sum, part));
  total.data.forEach((x, k) => { if (isRounding(x, size.data[k])) total.data[k] = 0; });
  return total;
}

const FACTORS = {
  diagonal: {
    push: (c, x) => multiply(c, x),
    pull: (c, a, shape) => (a.shape.length > shape.length ? number(inner(c, a)) : multiply(c, a)),
  },
  // A number becomes an array of that number, shaped as the coefficient is.
  spread: {
    push: (c, x) => makeArray(c.shape, x.data[0]),
    pull: (c, a) => number(sumOf(a)),
  },
  inner: {
    push: (c, x) => number(inner(c, x)),
    pull: (c, a, shape) => multiply(a, c.shape.length < shape.length ? makeArray(shape, c.data[0]) : c),
  },
  matrix: {
    push: (c, x) => matmul(c, x),
    pull: (c, a, shape) => {
      // A vector from the left is the transpose on it, without turning a matrix over for every path.
      if (c.shape.length === 2) return a.shape.length === 1 ? matmul(a, c) : matmul(transpose(c), a);
      return shape.length === 2 ? outer(c, a) : multiply(c, a);
    },
  },
  right: {
    push: (c, x) => matmul(x, c),
    pull: (c, a, shape) => {
      if (c.shape.length === 2) return shape.length === 2 ? matmul(a, transpose(c)) : matmul(c, a);
      return shape.length === 2 ? outer(a, c) : multiply(c, a);
    },
  },
  "outer-left": { push: (c, x) => outer(x, c), pull: (c, a) => matmul(a, c) },
  "outer-right": { push: (c, x) => outer(c, x), pull: (c, a) => matmul(c, a) },
  transpose: { push: (_, x) => transpose(x), pull: (_, a) => transpose(a) },
};
// The same, where zeros are structure: no edge of units is there.
FACTORS.select = FACTORS.matrix;

function shapeAfter(kind, own, tail) {
  switch (kind) {
    case "matrix":
    case "select": return [...own.slice(0, -1), ...tail.slice(1)];
    case "right": return [...tail.slice(0, -1), ...own.slice(1)];
    case "inner": return [];
    case "outer-left": return [...tail, ...own];
    case "outer-right": return [...own, ...tail];
    case "transpose": return [...tail].reverse();
    default: return own.length > tail.length ? own : tail;
  }
}

// The same terms, those that are diagonals as one, as `graph/families._summed`: what a saturated gate's difference of two
// takes of an adjoint has more digits than the difference of what they take of it.
function sumDiagonals(terms, shape) {
  const isDiagonal = ({ factors }) => factors.every(([kind]) => kind === "diagonal");
  const diagonals = terms.filter(isDiagonal);
  if (diagonals.length < 2) return terms;
  const whole = addAll(diagonals.map(({ sign, factors }) => factors.reduce((x, [, c]) => multiply(x, c), makeArray(shape, sign))));
  return [{ sign: 1, factors: [["diagonal", whole]] }, ...terms.filter((term) => !isDiagonal(term))];
}

// Return a map from terms {sign, factors: [[kind, coefficient], ...]} between arrays of two shapes.
function makeMap(terms, tailShape, headShape) {
  const chained = ({ sign, factors }) => {
    const chain = []; // From the tail's end, each with the shape that it takes.
    let shape = tailShape;
    for (const [kind, coefficient] of [...factors].reverse()) {
      chain.push({ factor: FACTORS[kind], coefficient, shape });
      shape = shapeAfter(kind, coefficient ? coefficient.shape : [], shape);
    }
    if (shape.length < headShape.length) chain.push({ factor: FACTORS.spread, coefficient: makeArray(headShape, 1), shape });
    return { sign, chain };
  };
  const made = terms.map(chained);
  const acting = tailShape.length === headShape.length ? sumDiagonals(terms, headShape).map(chained) : made;
  const signed = (sign, array) => (sign < 0 ? { shape: array.shape, data: array.data.map((x) => -x) } : array);
  const push = (tangent) => acting.map(({ sign, chain }) => signed(sign, chain.reduce(
    (x, { factor, coefficient }) => factor.push(coefficient, x), tangent,
  ))).reduce((sum, part) => add(sum, part));
  const pull = (adjoint) => acting.map(({ sign, chain }) => signed(sign, chain.reduceRight(
    (a, { factor, coefficient, shape }) => factor.pull(coefficient, a, shape), adjoint,
  ))).reduce((sum, part) => add(sum, part));
  // The same without signs: what bounds rounding.
  const sizesOf = (chains) => (size) => chains.map(({ chain }) => chain.reduceRight(
    (a, { factor, coefficient, shape }) => factor.pull(coefficient && abs(coefficient), a, shape), size,
  )).reduce((sum, part) => add(sum, part));
  return finishMap({ tailShape, headShape, push, pull, pullSizes: sizesOf(acting) }, made.length > 1 ? sizesOf(made) : null);
}

// A map that is told by its matrix, (head entries, tail entries).
function makeMatrixMap(rows, tailShape, headShape) {
  const matrix = { shape: [rows.length, rows[0].length], data: Float64Array.from(rows.flat()) };
  const flat = (array) => ({ shape: [array.data.length], data: array.data });
  return finishMap({
    tailShape,
    headShape,
    push: (tangent) => ({ shape: headShape, data: matmul(matrix, flat(tangent)).data }),
    pull: (adjoint) => ({ shape: tailShape, data: matmul(flat(adjoint), matrix).data }),
    pullSizes: (size) => ({ shape: tailShape, data: matmul(flat(size), abs(matrix)).data }),
  });
}

// Between two single numbers a map is a number, and sweeps are products of numbers; 0 where several
// terms cancel to rounding.
function finishMap(map, sizesOfTerms = null) {
  const entries = (shape) => shape.reduce((product, n) => product * n, 1);
  if (entries(map.tailShape) !== 1 || entries(map.headShape) !== 1) return { ...map, single: null, matrix: matrixOf(map) };
  const one = makeArray(map.headShape, 1);
  const sum = map.pull(one).data[0];
  const lost = sizesOfTerms && isRounding(sum, sizesOfTerms(one).data[0]);
  const single = lost ? 0 : sum;
  return {
    ...map,
    single,
    pullSizes: lost ? sizesOfTerms : map.pullSizes,
    push: (tangent) => ({ shape: map.headShape, data: Float64Array.of(single * tangent.data[0]) }),
    pull: (adjoint) => ({ shape: map.tailShape, data: Float64Array.of(single * adjoint.data[0]) }),
    matrix: () => [Float64Array.of(single)],
  };
}

// The matrix of a map, its rows one for each entry of the head: made when it is asked for, and kept.
function matrixOf(map) {
  let rows = null;
  return () => {
    rows ??= [...makeArray(map.headShape).data].map((_, k) => {
      const basis = makeArray(map.headShape);
      basis.data[k] = 1;
      return map.pull(basis).data;
    });
    return rows;
  };
}
