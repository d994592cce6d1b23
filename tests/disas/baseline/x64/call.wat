(module
  (import "m" "f" (func $imported (param i32) (result i32)))
  (func $fib (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else
        (i32.add
          (call $fib (i32.sub (local.get 0) (i32.const 1)))
          (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func (param i32) (result i32)
    (call $imported (local.get 0)))
  ;; Operands and locals across calls, floats too.
  (func $mixed (param i32 f64) (result f64)
    (f64.add
      (f64.mul (local.get 1) (local.get 1))
      (f64.convert_i32_s (i32.add (local.get 0) (call $fib (i32.mul (local.get 0) (local.get 0)))))))
  ;; Arguments on the stack.
  (func $many (param i32 i32 i32 i32 i32 i32 i32 i64) (result i64)
    (local.get 7))
  (func (param i64) (result i64)
    (call $many (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4)
      (i32.const 5) (i32.const 6) (local.get 0))))

;; func 0, frame of 32 bytes
;;    8: push rbp
;;    9: mov rbp, rsp
;;    c: sub rsp, 0x20
;;   10: mov [rbp-0x10], r14
;;   14: mov [rbp-0x18], r12
;;   18: mov r14, rdi
;;   1b: mov r12d, esi
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: cmp r12d, 2
;;   34: jae 0x42
;;   3a: mov eax, r12d
;;   3d: jmp 0x6e
;;   42: lea eax, [r12-1]
;;   47: mov esi, eax
;;   49: mov rdi, r14
;;   4c: mov r11, [r14+8]
;;   50: call qword ptr [r11]
;;   53: mov eax, eax
;;   55: lea ecx, [r12-2]
;;   5a: mov [rbp-8], eax
;;   5d: mov esi, ecx
;;   5f: mov rdi, r14
;;   62: mov r11, [r14+8]
;;   66: call qword ptr [r11]
;;   69: mov eax, eax
;;   6b: add eax, [rbp-8]
;;   6e: sub dword ptr [r14+0x40], 2
;;   73: js 0x83
;;   79: mov r14, [rbp-0x10]
;;   7d: mov r12, [rbp-0x18]
;;   81: leave
;;   82: ret
;;   83: push 0xffffffffffffffff
;;   85: mov r11d, 0
;;   8b: call qword ptr [r14+0x48]
;;   8f: jmp 0x79

;; func 1, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: mov [rbp-8], esi
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: mov esi, [rbp-8]
;;   33: mov rdi, [r14+0x58]
;;   37: mov r11, [r14+0x68]
;;   3b: call qword ptr [r11]
;;   3e: mov eax, eax
;;   40: sub dword ptr [r14+0x40], 1
;;   45: js 0x51
;;   4b: mov r14, [rbp-0x10]
;;   4f: leave
;;   50: ret
;;   51: push 0xffffffffffffffff
;;   53: mov r11d, 1
;;   59: call qword ptr [r14+0x48]
;;   5d: jmp 0x4b

;; func 2, frame of 32 bytes
;;    7: push rbp
;;    8: mov rbp, rsp
;;    b: sub rsp, 0x20
;;    f: mov [rbp-0x20], r14
;;   13: mov r14, rdi
;;   16: mov [rbp-0x10], esi
;;   19: movsd [rbp-8], xmm0
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: movsd xmm0, [rbp-8]
;;   35: mulsd xmm0, [rbp-8]
;;   3a: mov eax, [rbp-0x10]
;;   3d: imul eax, [rbp-0x10]
;;   41: movsd [rbp-0x18], xmm0
;;   46: mov esi, eax
;;   48: mov rdi, r14
;;   4b: mov r11, [r14+8]
;;   4f: call qword ptr [r11]
;;   52: mov eax, eax
;;   54: add eax, [rbp-0x10]
;;   57: xorps xmm0, xmm0
;;   5a: cvtsi2sd xmm0, eax
;;   5e: addsd xmm0, [rbp-0x18]
;;   63: sub dword ptr [r14+0x40], 2
;;   68: js 0x74
;;   6e: mov r14, [rbp-0x20]
;;   72: leave
;;   73: ret
;;   74: push 0xffffffffffffffff
;;   76: mov r11d, 2
;;   7c: call qword ptr [r14+0x48]
;;   80: jmp 0x6e

;; func 3, frame of 16 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x10
;;    9: mov [rbp-8], r14
;;    d: mov r14, rdi
;;   10: mov rax, [rbp+0x20]
;;   14: sub dword ptr [r14+0x40], 1
;;   19: js 0x27
;;   1f: mov r14, [rbp-8]
;;   23: leave
;;   24: ret 0x20
;;   27: push 0xffffffffffffffff
;;   29: mov r11d, 3
;;   2f: call qword ptr [r14+0x48]
;;   33: jmp 0x1f

;; func 4, frame of 48 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x30
;;   13: mov [rbp-0x10], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-8], rsi
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: mov dword ptr [rsp], 5
;;   37: mov dword ptr [rsp+8], 6
;;   3f: movsd xmm15, [rbp-8]
;;   45: movsd [rsp+0x10], xmm15
;;   4c: mov ecx, 2
;;   51: mov edx, 1
;;   56: xor esi, esi
;;   58: mov rdi, r14
;;   5b: mov r8d, 3
;;   61: mov r9d, 4
;;   67: mov r11, [r14+8]
;;   6b: call qword ptr [r11+0x18]
;;   6f: sub rsp, 0x20
;;   73: sub dword ptr [r14+0x40], 2
;;   78: js 0x84
;;   7e: mov r14, [rbp-0x10]
;;   82: leave
;;   83: ret
;;   84: push 0xffffffffffffffff
;;   86: mov r11d, 4
;;   8c: call qword ptr [r14+0x48]
;;   90: jmp 0x7e
