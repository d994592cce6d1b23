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
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: sub rsp, 0x20
;;   38: mov [rsp], rbx
;;   3c: mov [rsp+8], r12
;;   41: mov [rsp+0x10], r14
;;   46: mov rax, [rdi]
;;   49: mov rax, [rax]
;;   4c: mov rcx, rsp
;;   4f: cmp rcx, rax
;;   52: jb 0xb0
;;   58: mov rbx, rdi
;;   5b: cmp esi, 2
;;   5e: mov r14, rsi
;;   61: jb 0x93
;;   67: mov rax, r14
;;   6a: mov rsi, rax
;;   6d: sub esi, 1
;;   70: mov rdi, rbx
;;   73: call 0x30
;;   78: mov rsi, r14
;;   7b: mov r12, rax
;;   7e: sub esi, 2
;;   81: mov rdi, rbx
;;   84: call 0x30
;;   89: mov rcx, r12
;;   8c: add eax, ecx
;;   8e: jmp 0x99
;;   93: mov rsi, r14
;;   96: mov rax, rsi
;;   99: mov rbx, [rsp]
;;   9d: mov r12, [rsp+8]
;;   a2: mov r14, [rsp+0x10]
;;   a7: add rsp, 0x20
;;   ab: mov rsp, rbp
;;   ae: pop rbp
;;   af: ret
;;   b0: mov rax, [rdi+0x10]
;;   b4: mov rax, [rax]
;;   b7: call rax
;;   b9: mov rbx, rdi
;;   bc: jmp 0x5b

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
;;   16: mov rax, [rdi+0x48]
;;   1a: mov rax, [rax]
;;   1d: mov rdi, [rdi+0x38]
;;   21: call rax
;;   23: mov rsp, rbp
;;   26: pop rbp
;;   27: ret
;;   28: mov rax, [rdi+0x10]
;;   2c: mov rax, [rax]
;;   2f: call rax
;;   31: jmp 0x16
