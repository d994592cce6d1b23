(module
  (func (export "f") (i32.conts 1)))
