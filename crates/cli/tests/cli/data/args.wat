;; Prints its arguments, then its environment, one a line.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  ;; Sizes at 0 and 4, the vector of fd_write at 8, its result at 16,
  ;; pointers at 1024, bytes at 65536.
  (func $print (param $size i32) (local $i i32)
    (loop $l
      (if (i32.lt_u (local.get $i) (local.get $size))
        (then
          (if (i32.eqz (i32.load8_u (i32.add (i32.const 65536) (local.get $i))))
            (then (i32.store8 (i32.add (i32.const 65536) (local.get $i)) (i32.const 10))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $l))))
    (i32.store (i32.const 8) (i32.const 65536))
    (i32.store (i32.const 12) (local.get $size))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16))))
  (func (export "_start")
    (drop (call $args_sizes (i32.const 0) (i32.const 4)))
    (drop (call $args (i32.const 1024) (i32.const 65536)))
    (call $print (i32.load (i32.const 4)))
    (drop (call $env_sizes (i32.const 0) (i32.const 4)))
    (drop (call $env (i32.const 1024) (i32.const 65536)))
    (call $print (i32.load (i32.const 4)))))
