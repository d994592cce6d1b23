(module
  (func (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1)))
  (func (param i64 i64) (result i64) (i64.div_u (local.get 0) (local.get 1)))
  (func (param f64) (result i32) (i32.trunc_f64_u (local.get 0)))
  (func (param f32) (result i64) (i64.trunc_sat_f32_s (local.get 0))))

;; func 0, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-0x10], esi
;;   1d: mov [rbp-8], edx
;;   20: mov eax, [rbp-0x10]
;;   23: mov r11d, [rbp-8]
;;   27: test r11d, r11d
;;   2a: je 0x45
;;   30: cdq
;;   31: idiv r11d  ; trap: integer overflow
;;   34: sub dword ptr [r14+0x40], 1
;;   39: js 0x47
;;   3f: mov r14, [rbp-0x18]
;;   43: leave
;;   44: ret
;;   45: ud2  ; trap: integer divide by zero
;;   47: push 0xffffffffffffffff
;;   49: mov r11d, 0
;;   4f: call qword ptr [r14+0x48]
;;   53: jmp 0x3f

;; func 1, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-0x10], esi
;;   1d: mov [rbp-8], edx
;;   20: mov eax, [rbp-0x10]
;;   23: mov r11d, [rbp-8]
;;   27: test r11d, r11d
;;   2a: je 0x4f
;;   30: xor edx, edx
;;   32: cmp r11d, 0xffffffff
;;   36: je 0x3c
;;   38: cdq
;;   39: idiv r11d
;;   3c: mov eax, edx
;;   3e: sub dword ptr [r14+0x40], 1
;;   43: js 0x51
;;   49: mov r14, [rbp-0x18]
;;   4d: leave
;;   4e: ret
;;   4f: ud2  ; trap: integer divide by zero
;;   51: push 0xffffffffffffffff
;;   53: mov r11d, 1
;;   59: call qword ptr [r14+0x48]
;;   5d: jmp 0x49

;; func 2, frame of 32 bytes
;;    9: push rbp
;;    a: mov rbp, rsp
;;    d: sub rsp, 0x20
;;   11: mov [rbp-0x18], r14
;;   15: mov r14, rdi
;;   18: mov [rbp-0x10], rsi
;;   1c: mov [rbp-8], rdx
;;   20: mov rax, [rbp-0x10]
;;   24: mov r11, [rbp-8]
;;   28: test r11, r11
;;   2b: je 0x47
;;   31: xor edx, edx
;;   33: div r11
;;   36: sub dword ptr [r14+0x40], 1
;;   3b: js 0x49
;;   41: mov r14, [rbp-0x18]
;;   45: leave
;;   46: ret
;;   47: ud2  ; trap: integer divide by zero
;;   49: push 0xffffffffffffffff
;;   4b: mov r11d, 2
;;   51: call qword ptr [r14+0x48]
;;   55: jmp 0x41

;; func 3, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movsd [rbp-8], xmm0
;;   20: movsd xmm0, [rbp-8]
;;   25: ucomisd xmm0, xmm0
;;   29: jp 0x51
;;   2f: cvttsd2si rax, xmm0
;;   34: mov r11d, eax
;;   37: cmp r11, rax
;;   3a: jne 0x53
;;   40: sub dword ptr [r14+0x40], 1
;;   45: js 0x55
;;   4b: mov r14, [rbp-0x10]
;;   4f: leave
;;   50: ret
;;   51: ud2  ; trap: invalid conversion to integer
;;   53: ud2  ; trap: integer overflow
;;   55: push 0xffffffffffffffff
;;   57: mov r11d, 3
;;   5d: call qword ptr [r14+0x48]
;;   61: jmp 0x4b

;; func 4, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movss [rbp-8], xmm0
;;   20: movss xmm0, [rbp-8]
;;   25: cvttss2si rax, xmm0
;;   2a: cmp rax, 1
;;   2e: jno 0x41
;;   30: xorps xmm15, xmm15
;;   34: ucomiss xmm15, xmm0
;;   38: jae 0x41
;;   3a: not rax
;;   3d: jnp 0x41
;;   3f: xor eax, eax
;;   41: sub dword ptr [r14+0x40], 1
;;   46: js 0x52
;;   4c: mov r14, [rbp-0x10]
;;   50: leave
;;   51: ret
;;   52: push 0xffffffffffffffff
;;   54: mov r11d, 4
;;   5a: call qword ptr [r14+0x48]
;;   5e: jmp 0x4c
