"use strict";
// The table of operations in numbers, row by row that of `cells/operations.py`: `value` of the arguments, and where a
// partial is a derivative of the function itself, one of `derivatives` for each argument. An array is its shape and its
// entries in C order. A test holds every row against Python's.

// The error function's complement, to rounding in both tails: near 0 by the series of erf, whose terms have one sign
// (DLMF 7.6.2), further out by its continued fraction, from the end (DLMF 7.9.3).
function erfc(x) {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    let [term, sum] = [x, x];
    for (let n = 1; term > sum * 1e-17; n += 1) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let tail = x;
  for (let n = 100; n > 0; n -= 1) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}

function makeArray(shape, fill = 0) {
  const data = new Float64Array(shape.reduce((product, n) => product * n, 1));
  return { shape, data: fill ? data.fill(fill) : data };
}

function number(value) {
  return { shape: [], data: Float64Array.of(value) };
}

// Entry by entry; a number beside an array is taken for each of its entries.
function entrywise(f) {
  return (first, second) => {
    const { shape } = second && second.shape.length > first.shape.length ? second : first;
    const result = makeArray(shape);
    const { data } = result;
    const [x, y] = [first.data, second && second.data];
    for (let k = 0; k < data.length; k += 1) data[k] = f(x[k % x.length], y && y[k % y.length]);
    return result;
  };
}

// The product of a row and a column. What leaves the range is infinite, with the sign that the sum has: of -1e310 and
// 1e600 the terms would be no number.
const NEAR = 2 ** -530;
function rowTimesColumn(left, right, i, j, inner, columns) {
  let [sum, near] = [0, 0];
  for (let k = 0; k < inner; k += 1) sum += left[i * inner + k] * right[k * columns + j];
  if (Number.isFinite(sum)) return sum;
  for (let k = 0; k < inner; k += 1) near += left[i * inner + k] * NEAR * (right[k * columns + j] * NEAR);
  return near / NEAR / NEAR;
}

function matmul(left, right) {
  const rows = left.shape.length === 2 ? left.shape[0] : 1;
  const columns = right.shape.length === 2 ? right.shape[1] : 1;
  const inner = right.shape[0];
  const result = makeArray([...left.shape.slice(0, -1), ...right.shape.slice(1)]);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      result.data[i * columns + j] = rowTimesColumn(left.data, right.data, i, j, inner, columns);
    }
  }
  return result;
}

function outer(left, right) {
  const result = makeArray([left.data.length, right.data.length]);
  const wide = right.data.length;
  left.data.forEach((x, i) => right.data.forEach((y, j) => { result.data[i * wide + j] = x * y; }));
  return result;
}

// One vector behind the other, and the derivatives by each: blocks of an identity.
function concat(left, right) {
  const result = makeArray([left.data.length + right.data.length]);
  result.data.set(left.data);
  result.data.set(right.data, left.data.length);
  return result;
}

function block(rows, columns, first) {
  const result = makeArray([rows, columns]);
  for (let k = 0; k < columns; k += 1) result.data[(first + k) * columns + k] = 1;
  return result;
}

// The row of a matrix with a number, and the derivative by the matrix.
function rowOf(matrix, place) {
  const wide = matrix.shape[1];
  const first = Math.round(place.data[0]) * wide;
  return { shape: [wide], data: matrix.data.slice(first, first + wide) };
}

function oneHot(matrix, place) {
  const result = makeArray([matrix.shape[0]]);
  result.data[Math.round(place.data[0])] = 1;
  return result;
}

// Entries of a vector, and the derivative by it: rows of an identity.
const placesOf = (places) => places.map((place) => Math.round(place.data[0]));

function entriesOf(vector, ...places) {
  return { shape: [places.length], data: Float64Array.from(placesOf(places), (k) => vector.data[k]) };
}

function unitRows(vector, ...places) {
  const wide = vector.data.length;
  const result = makeArray([places.length, wide]);
  placesOf(places).forEach((k, i) => { result.data[i * wide + k] = 1; });
  return result;
}

function transpose(matrix) {
  const [rows, columns] = matrix.shape;
  const result = makeArray([columns, rows]);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) result.data[j * rows + i] = matrix.data[i * columns + j];
  }
  return result;
}

// The sum of products of entries, a number beside an array taken for each.
function inner(left, right) {
  const [x, y] = [left.data, right.data];
  let sum = 0;
  for (let k = 0; k < Math.max(x.length, y.length); k += 1) sum += x[k % x.length] * y[k % y.length];
  return sum;
}

const sumOf = (array) => array.data.reduce((sum, x) => sum + x, 0);
const add = entrywise((x, y) => x + y);
const multiply = entrywise((x, y) => x * y);

function softmax(array) {
  const top = Math.max(...array.data);
  const parts = entrywise((x) => Math.exp(x - top))(array);
  const sum = sumOf(parts);
  return entrywise((x) => x / sum)(parts);
}

// The largest is taken off before, beside which a logarithm has no digits; nothing of minus infinity is nothing.
function crossEntropy(array, target) {
  const top = Math.max(...array.data);
  const below = entrywise((x) => x - top)(array);
  const rest = sumOf(entrywise((x, y) => (y === 0 ? 0 : x * y))(below, target));
  return Math.log(sumOf(entrywise(Math.exp)(below))) * sumOf(target) - rest;
}

const OPERATIONS = (() => {
  // Far below zero factor exp(z), as `_with_tail` of `cells/numeric.py`.
  const FAR = -700;
  const withTail = (z, near, factor) => (z < FAR ? factor * Math.exp(z - FAR) * Math.exp(FAR) : near);
  const sigmoid = (z) => withTail(z, 1 / (1 + Math.exp(-z)), 1);
  const normal = (z) => erfc(-z * Math.SQRT1_2) / 2;
  const sigmoidDerivative = (z) => {
    const e = Math.exp(-Math.abs(z));
    return e / (1 + e) ** 2;
  };
  const tanhDerivative = (z) => {
    const e = Math.exp(-2 * Math.abs(z));
    return (4 * e) / (1 + e) ** 2;
  };
  // NaN goes through, as in Python.
  const either = (x, y, choice) => (Number.isNaN(x + y) ? NaN : choice(x, y));
  const row = (value, ...derivatives) => ({
    value: entrywise(value), derivatives: derivatives.map((derivative) => entrywise(derivative)),
  });
  return {
    add: { value: (first, ...others) => others.reduce((sum, other) => add(sum, other), first) },
    negative: row((x) => -x),
    multiply: { value: multiply },
    divide: row((x, y) => x / y),
    over_square: row((x, y) => x / y / y),
    power: row((x, n) => (n === 2 ? x * x : x ** n)),
    matmul: { value: matmul },
    dot: { value: (x, y) => number(rowTimesColumn(x.data, y.data, 0, 0, x.data.length, 1)) },
    norm: { value: (x) => number(Math.hypot(...x.data)) },
    outer: { value: outer },
    transpose: { value: transpose },
    concat: { value: concat },
    row: { value: rowOf },
    upper: { value: (x, y) => block(x.data.length + y.data.length, x.data.length, 0) },
    lower: { value: (x, y) => block(x.data.length + y.data.length, y.data.length, x.data.length) },
    one_hot: { value: oneHot },
    entries: { value: entriesOf },
    unit_rows: { value: unitRows },
    logistic: { value: entrywise(sigmoid) },
    softmax: { value: softmax },
    sum: { value: (x) => number(sumOf(x)) },
    tanh: row(Math.tanh, tanhDerivative),
    sigmoid: row(sigmoid, sigmoidDerivative),
    identity: row((z) => z, () => 1),
    relu: row((z) => Math.max(z, 0), (z) => (z > 0 ? 1 : 0)),
    softplus: row((z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), sigmoid),
    log_sigmoid: row((z) => Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z))), (z) => sigmoid(-z)),
    gelu: row((z) => z * normal(z), (z) => normal(z) + (z / Math.sqrt(2 * Math.PI)) * Math.exp((-z * z) / 2)),
    silu: row(
      (z) => withTail(z, z / (1 + Math.exp(-z)), z), (z) => withTail(z, sigmoid(z) * (1 + z * sigmoid(-z)), 1 + z),
    ),
    sin: row(Math.sin, Math.cos),
    cos: row(Math.cos, (z) => -Math.sin(z)),
    exp: row(Math.exp, Math.exp),
    log: row(Math.log, (z) => 1 / z),
    sqrt: row(Math.sqrt, (z) => 0.5 / Math.sqrt(z)),
    abs: row(Math.abs, Math.sign),
    max: row((x, y) => either(x, y, Math.max), (x, y) => (x >= y ? 1 : 0), (x, y) => (y > x ? 1 : 0)),
    min: row((x, y) => either(x, y, Math.min), (x, y) => (x <= y ? 1 : 0), (x, y) => (y < x ? 1 : 0)),
    squared_error: { value: (h, y) => number(entrywise((a, b) => (a - b) ** 2)(h, y).data.reduce((s, x) => s + x, 0) / 2) },
    cross_entropy: { value: (h, y) => number(crossEntropy(h, y)) },
    binary_cross_entropy: {
      value: (h, y) => number(sumOf(entrywise((a, b) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))) - a * b)(h, y))),
    },
    given: { value: (h, y) => number(rowTimesColumn(h.data, y.data, 0, 0, h.data.length, 1)) },
  };
})();
