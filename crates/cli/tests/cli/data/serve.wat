;; Accepts one connection on the socket it was given, and says hello.
(module
  (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\64\00\00\00\06\00\00\00")
  (data (i32.const 100) "hello\n")
  (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))
  (func (export "_start")
    (call $check (call $accept (i32.const 3) (i32.const 0) (i32.const 16)))
    (call $check
      (call $write (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 20)))))
