;; Ends well if the frames of $deep are small: what nobody reads takes no room in
;; optimized code, and 8 bytes each in baseline code.
(module
  (func $first (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $second (param i32) (result i32) (call $first (call $first (local.get 0))))
  (func $deep (param $n i32) (result i32)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (i64.extend_i32_u (local.get $n))
    local.tee 1 local.tee 2 local.tee 3 local.tee 4 local.tee 5 local.tee 6 local.tee 7 local.tee 8
    local.tee 9 local.tee 10 local.tee 11 local.tee 12 local.tee 13 local.tee 14 local.tee 15 local.tee 16
    local.tee 17 local.tee 18 local.tee 19 local.tee 20 local.tee 21 local.tee 22 local.tee 23 local.tee 24
    local.tee 25 local.tee 26 local.tee 27 local.tee 28 local.tee 29 local.tee 30 local.tee 31 local.tee 32
    local.tee 33 local.tee 34 local.tee 35 local.tee 36 local.tee 37 local.tee 38 local.tee 39 local.tee 40
    local.tee 41 local.tee 42 local.tee 43 local.tee 44 local.tee 45 local.tee 46 local.tee 47 local.tee 48
    local.tee 49 local.tee 50 local.tee 51 local.tee 52 local.tee 53 local.tee 54 local.tee 55 local.tee 56
    local.tee 57 local.tee 58 local.tee 59 local.tee 60 local.tee 61 local.tee 62 local.tee 63 local.tee 64
    drop
    (if (result i32) (local.get $n)
      (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get $n) (i32.const 1)))))
      (else (i32.const 0))))
  (func $third (param i32) (result i32) (i32.sub (local.get 0) (i32.const 2)))
  (func (export "run") (param i32) (result i32)
    (call $third (call $deep (call $second (local.get 0)))))
  (func $last (export "last")))
