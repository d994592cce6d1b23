(module
  (type $t (func (param i32) (result i32)))
  (import "m" "f" (func $imported (type $t)))
  (table 4 4 funcref)
  (func $own (type $t)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (return_call $own (i32.sub (local.get 0) (i32.const 1))))
  (func (type $t) (return_call $imported (local.get 0)))
  (func (type $t) (return_call_indirect (type $t) (local.get 0) (i32.const 2)))
  ;; More stack arguments than its own.
  (func $many (param i64 i64 i64 i64 i64 i64 i64 i64))
  (func (param i64)
    (return_call $many (local.get 0) (local.get 0) (local.get 0) (local.get 0)
      (local.get 0) (local.get 0) (local.get 0) (local.get 0))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r10, [rdi]
;;    7: mov r10, [r10]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x34
;;   16: test esi, esi
;;   18: je 0x2a
;;   1e: sub esi, 1
;;   21: mov rsp, rbp
;;   24: pop rbp
;;   25: jmp 0
;;   2a: mov eax, 7
;;   2f: mov rsp, rbp
;;   32: pop rbp
;;   33: ret
;;   34: mov rax, [rdi+0x10]
;;   38: mov rax, [rax]
;;   3b: call rax
;;   3d: jmp 0x16

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r11, [rdi]
;;    7: mov r11, [r11]
;;    a: mov rax, rsp
;;    d: cmp rax, r11
;;   10: jb 0x28
;;   16: mov rax, [rdi+0x78]
;;   1a: mov r10, [rax]
;;   1d: mov rdi, [rdi+0x68]
;;   21: mov rsp, rbp
;;   24: pop rbp
;;   25: jmp r10
;;   28: mov rax, [rdi+0x10]
;;   2c: mov rax, [rax]
;;   2f: call rax
;;   31: jmp 0x16

;; func 2, frame of 16 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x10
;;    8: mov [rsp], rbx
;;    c: mov [rsp+8], r12
;;   11: mov r12, rsi
;;   14: mov rax, [rdi]
;;   17: mov rax, [rax]
;;   1a: mov rcx, rsp
;;   1d: cmp rcx, rax
;;   20: jb 0x6c
;;   26: mov rax, [rdi+0x50]
;;   2a: mov rax, [rax+0x10]
;;   2e: cmp rax, 1
;;   32: jbe 0x7a
;;   38: mov rbx, rdi
;;   3b: mov ecx, [rax+0x10]
;;   3e: mov rdx, [rbx+0x18]
;;   42: cmp ecx, [rdx]
;;   44: jne 0x9c
;;   4a: mov rcx, [rax+0x18]
;;   4e: mov rdi, [rax+8]
;;   52: mov r10, [rcx]
;;   55: mov rsi, r12
;;   58: mov rbx, [rsp]
;;   5c: mov r12, [rsp+8]
;;   61: add rsp, 0x10
;;   65: mov rsp, rbp
;;   68: pop rbp
;;   69: jmp r10
;;   6c: mov rax, [rdi+0x10]
;;   70: mov rax, [rax]
;;   73: call rax
;;   75: jmp 0x26
;;   7a: mov rax, [rdi+0x10]
;;   7e: mov rbx, rdi
;;   81: mov rax, [rax+0x58]
;;   85: xor esi, esi
;;   87: mov edx, 2
;;   8c: call rax
;;   8e: test rax, rax
;;   91: je 0x9e
;;   97: jmp 0x3b
;;   9c: ud2  ; trap: indirect call type mismatch
;;   9e: ud2  ; trap: uninitialized element

;; func 3, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rsi, [rdi]
;;    7: mov rsi, [rsi]
;;    a: mov r8, rsp
;;    d: cmp r8, rsi
;;   10: jb 0x1d
;;   16: mov rsp, rbp
;;   19: pop rbp
;;   1a: ret 0x20
;;   1d: mov r9, [rdi+0x10]
;;   21: mov r9, [r9]
;;   24: call r9
;;   27: jmp 0x16

;; func 4, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x20
;;    8: mov rbp, rsp
;;    b: mov r11, [rsp+0x20]
;;   10: mov [rsp], r11
;;   14: mov r11, [rsp+0x28]
;;   19: mov [rsp+8], r11
;;   1e: mov r10, [rdi]
;;   21: mov r10, [r10]
;;   24: mov r11, rsp
;;   27: cmp r11, r10
;;   2a: jb 0x57
;;   30: mov rax, [rdi+8]
;;   34: mov r10, [rax+0x18]
;;   38: mov [rbp+0x10], rsi
;;   3c: mov [rbp+0x18], rsi
;;   40: mov [rbp+0x20], rsi
;;   44: mov r9, rsi
;;   47: mov rcx, r9
;;   4a: mov rdx, r9
;;   4d: mov r8, r9
;;   50: mov rsp, rbp
;;   53: pop rbp
;;   54: jmp r10
;;   57: mov rax, [rdi+0x10]
;;   5b: mov rax, [rax]
;;   5e: call rax
;;   60: jmp 0x30
