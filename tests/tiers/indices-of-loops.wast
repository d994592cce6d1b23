;; Comparisons of what was just put into a local with constants: sums wrap, and
;; constants of any sign are 32 bits wide.

(module
  (func (export "eq") (param i32) (result i32)
    (i32.eq (local.tee 0 (i32.add (local.get 0) (i32.const 5))) (i32.const 3)))
  (func (export "ne") (param i32) (result i32)
    (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const -5))) (i32.const 0x7fffffff)))
  (func (export "negative") (param i32) (result i32)
    (i32.eq (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const -1)))
  (func (export "eqz") (param i32) (result i32)
    (i32.eqz (local.tee 0 (i32.add (local.get 0) (i32.const 1)))))
  (func (export "set") (param i32) (result i32)
    (local.set 0 (i32.add (local.get 0) (i32.const 0x80000000)))
    (i32.eq (local.get 0) (i32.const 1)))

  ;; Arguments of 32 bits may come with anything above them.
  (func (export "low") (param i64) (result i32)
    (call $next (i32.wrap_i64 (local.get 0))))
  (func $next (param i32) (result i32)
    (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 0))) (i32.const 9)))

  ;; Up over the end, and down to zero.
  (func (export "up") (param i32) (result i32) (local i32)
    (loop
      (local.set 1 (i32.add (local.get 1) (i32.const 1)))
      (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 3))) (i32.const 4))))
    (local.get 1))
  (func (export "down") (param i32) (result i32) (local i32)
    (block
      (loop
        (local.set 1 (i32.add (local.get 1) (local.get 0)))
        (br_if 1 (i32.eqz (local.tee 0 (i32.add (local.get 0) (i32.const -1)))))
        (br 0)))
    (local.get 1)))

(assert_return (invoke "eq" (i32.const -2)) (i32.const 1))
(assert_return (invoke "eq" (i32.const -3)) (i32.const 0))
(assert_return (invoke "ne" (i32.const 0x80000004)) (i32.const 0))
(assert_return (invoke "ne" (i32.const 4)) (i32.const 1))
(assert_return (invoke "negative" (i32.const -2)) (i32.const 1))
(assert_return (invoke "negative" (i32.const -1)) (i32.const 0))
(assert_return (invoke "eqz" (i32.const -1)) (i32.const 1))
(assert_return (invoke "eqz" (i32.const 0)) (i32.const 0))
(assert_return (invoke "set" (i32.const 0x80000001)) (i32.const 1))
(assert_return (invoke "set" (i32.const 1)) (i32.const 0))
(assert_return (invoke "low" (i64.const 0xffffffff00000009)) (i32.const 0))
(assert_return (invoke "low" (i64.const 8)) (i32.const 1))
(assert_return (invoke "up" (i32.const -5)) (i32.const 3))
(assert_return (invoke "up" (i32.const -20)) (i32.const 8))
(assert_return (invoke "down" (i32.const 4)) (i32.const 10))
