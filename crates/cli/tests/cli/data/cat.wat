;; Prints the file `note.txt` of the first directory it was given; ends with
;; the error's number if there is none.
(module
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "note.txt")
  (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))
  (func (export "_start")
    (call $check (call $prestat (i32.const 3) (i32.const 0)))
    ;; The name, and a line break.
    (call $check (call $name (i32.const 3) (i32.const 1024) (i32.load (i32.const 4))))
    (i32.store8 (i32.add (i32.const 1024) (i32.load (i32.const 4))) (i32.const 10))
    (i32.store (i32.const 8) (i32.const 1024))
    (i32.store (i32.const 12) (i32.add (i32.const 1) (i32.load (i32.const 4))))
    (call $check (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))
    (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 8)
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 20)))
    (i32.store (i32.const 8) (i32.const 1024))
    (i32.store (i32.const 12) (i32.const 4096))
    (call $check (call $read (i32.load (i32.const 20)) (i32.const 8) (i32.const 1) (i32.const 16)))
    (i32.store (i32.const 12) (i32.load (i32.const 16)))
    (call $check (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))))
