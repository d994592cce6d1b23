;;! inline
(module
  (memory 1)
  ;; Its argument is used twice, its local starts as zero, it returns early.
  (func $get (param i32) (result i32) (local i32)
    (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (i32.load (local.get 0)))
  ;; A call within a call, in a loop.
  (func $get2 (param i32) (result i32)
    (i32.add (call $get (local.get 0)) (call $get (i32.const 8))))
  (func $sum (param i32) (result i32) (local i32)
    (loop
      (local.set 1 (i32.add (local.get 1) (call $get2 (local.get 0))))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 4)))))
    (local.get 1))
  ;; What never returns.
  (func $never (param i32) (result i32) unreachable)
  (func $maybe (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (call $never (i32.const 0)))
      (else (i32.const 7)))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x33
;;   16: test esi, esi
;;   18: je 0x2c
;;   1e: mov rax, [rdi+0x50]
;;   22: mov ecx, esi
;;   24: mov eax, [rax+rcx]  ; trap: out of bounds memory access
;;   27: mov rsp, rbp
;;   2a: pop rbp
;;   2b: ret
;;   2c: xor eax, eax
;;   2e: mov rsp, rbp
;;   31: pop rbp
;;   32: ret
;;   33: mov rax, [rdi+0x10]
;;   37: mov rax, [rax]
;;   3a: call rax
;;   3c: jmp 0x16

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x3c
;;   16: test esi, esi
;;   18: je 0x2c
;;   1e: mov rax, [rdi+0x50]
;;   22: mov ecx, esi
;;   24: mov eax, [rax+rcx]  ; trap: out of bounds memory access
;;   27: jmp 0x2e
;;   2c: xor eax, eax
;;   2e: mov rcx, [rdi+0x50]
;;   32: mov ecx, [rcx+8]  ; trap: out of bounds memory access
;;   35: add eax, ecx
;;   37: mov rsp, rbp
;;   3a: pop rbp
;;   3b: ret
;;   3c: mov rax, [rdi+0x10]
;;   40: mov rax, [rax]
;;   43: call rax
;;   45: jmp 0x16

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rcx, [rdi]
;;    7: mov rax, [rcx]
;;    a: mov rdx, rsp
;;    d: cmp rdx, rax
;;   10: jb 0x5a
;;   16: xor eax, eax
;;   18: mov rdx, [rdi+0x50]
;;   1c: mov r8, [rcx]
;;   1f: cmp r8, 0xffffffffffffffff
;;   23: je 0x68
;;   29: test esi, esi
;;   2b: je 0x3d
;;   31: mov r8d, esi
;;   34: mov r8d, [rdx+r8]  ; trap: out of bounds memory access
;;   38: jmp 0x40
;;   3d: xor r8d, r8d
;;   40: mov r9d, [rdx+8]  ; trap: out of bounds memory access
;;   44: sub esi, 4
;;   47: add r8d, r9d
;;   4a: add eax, r8d
;;   4d: test esi, esi
;;   4f: jne 0x1c
;;   55: mov rsp, rbp
;;   58: pop rbp
;;   59: ret
;;   5a: mov rax, [rdi+0x10]
;;   5e: mov rax, [rax]
;;   61: call rax
;;   63: jmp 0x16
;;   68: mov r8, [rdi+0x10]
;;   6c: mov r8, [r8]
;;   6f: call r8
;;   72: jmp 0x29

;; func 3, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rsi, [rdi]
;;    7: mov r8, rsp
;;    a: cmp r8, [rsi]
;;    d: jae 0x1f
;;   13: mov r8, [rdi+0x10]
;;   17: mov r8, [r8]
;;   1a: call r8
;;   1d: ud2  ; trap: wasm `unreachable` instruction executed
;;   1f: ud2  ; trap: wasm `unreachable` instruction executed

;; func 4, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r8, [rdi]
;;    7: mov r8, [r8]
;;    a: mov r9, rsp
;;    d: cmp r9, r8
;;   10: jb 0x28
;;   16: test esi, esi
;;   18: jne 0x37
;;   1e: mov eax, 7
;;   23: mov rsp, rbp
;;   26: pop rbp
;;   27: ret
;;   28: mov r11, [rdi+0x10]
;;   2c: mov r11, [r11]
;;   2f: call r11
;;   32: jmp 0x16
;;   37: ud2  ; trap: wasm `unreachable` instruction executed
