(module
  (import "m" "f" (func $imported (param i32) (result i32)))
  (func $fib (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else
        (i32.add
          (call $fib (i32.sub (local.get 0) (i32.const 1)))
          (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func $other (param i32 i64) (result i32)
    (call $fib (i32.add (local.get 0) (i32.const 1))))
  (func (param i32) (result i32)
    (call $imported (local.get 0))))

;; func 0, frame of 32 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x20
;;    8: mov [rsp], rbx
;;    c: mov [rsp+8], r12
;;   11: mov [rsp+0x10], r14
;;   16: mov rax, [rdi]
;;   19: mov rax, [rax]
;;   1c: mov rcx, rsp
;;   1f: cmp rcx, rax
;;   22: jb 0x80
;;   28: mov rbx, rdi
;;   2b: cmp esi, 2
;;   2e: mov r14, rsi
;;   31: jb 0x63
;;   37: mov rax, r14
;;   3a: mov rsi, rax
;;   3d: sub esi, 1
;;   40: mov rdi, rbx
;;   43: call 0
;;   48: mov rsi, r14
;;   4b: mov r12, rax
;;   4e: sub esi, 2
;;   51: mov rdi, rbx
;;   54: call 0
;;   59: mov rcx, r12
;;   5c: add eax, ecx
;;   5e: jmp 0x69
;;   63: mov rsi, r14
;;   66: mov rax, rsi
;;   69: mov rbx, [rsp]
;;   6d: mov r12, [rsp+8]
;;   72: mov r14, [rsp+0x10]
;;   77: add rsp, 0x20
;;   7b: mov rsp, rbp
;;   7e: pop rbp
;;   7f: ret
;;   80: mov rax, [rdi+0x10]
;;   84: mov rax, [rax]
;;   87: call rax
;;   89: mov rbx, rdi
;;   8c: jmp 0x2b

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r11, [rdi]
;;    7: mov r11, [r11]
;;    a: mov rax, rsp
;;    d: cmp rax, r11
;;   10: jb 0x2a
;;   16: mov rax, [rdi+8]
;;   1a: mov rax, [rax]
;;   1d: add esi, 1
;;   23: call rax
;;   25: mov rsp, rbp
;;   28: pop rbp
;;   29: ret
;;   2a: mov rax, [rdi+0x10]
;;   2e: mov rax, [rax]
;;   31: call rax
;;   33: jmp 0x16

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r11, [rdi]
;;    7: mov r11, [r11]
;;    a: mov rax, rsp
;;    d: cmp rax, r11
;;   10: jb 0x28
;;   16: mov rax, [rdi+0x68]
;;   1a: mov rax, [rax]
;;   1d: mov rdi, [rdi+0x58]
;;   21: call rax
;;   23: mov rsp, rbp
;;   26: pop rbp
;;   27: ret
;;   28: mov rax, [rdi+0x10]
;;   2c: mov rax, [rax]
;;   2f: call rax
;;   31: jmp 0x16
