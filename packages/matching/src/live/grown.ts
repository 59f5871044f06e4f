/** The same numbers in an array of at least so many places: half as many again as before, so that growing stays cheap. */
export function grown<A extends Int32Array | Float64Array>(array: A, lengthMin: number): A {
  if (array.length >= lengthMin) return array;
  const length = Math.max(lengthMin, Math.ceil(array.length * 1.5));
  const larger = (array instanceof Int32Array ? new Int32Array(length) : new Float64Array(length)) as A;
  larger.set(array);
  return larger;
}
