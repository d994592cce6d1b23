function inner() { throw new RangeError("from the depth"); }
function outer() { inner(); }
outer();
