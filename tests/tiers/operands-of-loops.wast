;; What lies on the operand stack below blocks, when a loop in one of the
;; blocks can be replaced on the stack: the loop must not change what other
;; ways to the end of the block find.

(module
  ;; A constant below a block that a branch leaves before the loop.
  (func (export "skipped") (param i32) (result i32)
    (local i32)
    i32.const 70
    block
      local.get 0
      br_if 0
      loop
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get 1) (i32.const 9)))
      end
    end
    local.get 1
    i32.add)

  ;; A constant below an `if` with the loop in one of its arms.
  (func (export "arm") (param i32) (result i64)
    (local i32)
    i64.const 0x1234567890
    local.get 0
    if
      loop
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get 1) (i32.const 5)))
      end
    else
      (local.set 1 (i32.const 3))
    end
    local.get 1
    i64.extend_i32_u
    i64.add)

  ;; A constant that is a parameter of the `if`.
  (func (export "param") (param i32) (result f64)
    (local i32)
    f64.const 1.5
    local.get 0
    if (param f64) (result f64)
      loop (param f64) (result f64)
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get 1) (i32.const 5)))
      end
    else
      f64.const 2
      f64.add
    end
    local.get 1
    f64.convert_i32_u
    f64.add)

  ;; A table of branches, past the loop or into it.
  (func (export "table") (param i32) (result f32)
    (local i32)
    f32.const 40
    block
      block
        local.get 0
        br_table 1 0 1
      end
      loop
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get 1) (i32.const 5)))
      end
    end
    local.get 1
    f32.convert_i32_u
    f32.add))

(assert_return (invoke "skipped" (i32.const 1)) (i32.const 70))
(assert_return (invoke "skipped" (i32.const 0)) (i32.const 79))
(assert_return (invoke "skipped" (i32.const 1)) (i32.const 70))
(assert_return (invoke "arm" (i32.const 0)) (i64.const 0x1234567893))
(assert_return (invoke "arm" (i32.const 1)) (i64.const 0x1234567895))
(assert_return (invoke "arm" (i32.const 0)) (i64.const 0x1234567893))
(assert_return (invoke "param" (i32.const 0)) (f64.const 3.5))
(assert_return (invoke "param" (i32.const 1)) (f64.const 6.5))
(assert_return (invoke "table" (i32.const 0)) (f32.const 40))
(assert_return (invoke "table" (i32.const 1)) (f32.const 45))
(assert_return (invoke "table" (i32.const 2)) (f32.const 40))
