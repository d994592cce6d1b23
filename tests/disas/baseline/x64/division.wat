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
;;   2a: je 0x48
;;   30: cdq
;;   31: idiv r11d  ; trap: integer overflow
;;   34: mov r11, [r14+0x28]
;;   38: sub dword ptr [r11], 1
;;   3c: js 0x4a
;;   42: mov r14, [rbp-0x18]
;;   46: leave
;;   47: ret
;;   48: ud2  ; trap: integer divide by zero
;;   4a: push 0xffffffffffffffff
;;   4c: mov r11, [r14+0x10]
;;   50: call qword ptr [r11+0x70]
;;   54: jmp 0x42

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
;;   2a: je 0x53
;;   30: xor edx, edx
;;   32: cmp r11d, 0xffffffff
;;   36: je 0x3c
;;   38: cdq
;;   39: idiv r11d
;;   3c: mov eax, edx
;;   3e: mov r11, [r14+0x28]
;;   42: sub dword ptr [r11+4], 1
;;   47: js 0x55
;;   4d: mov r14, [rbp-0x18]
;;   51: leave
;;   52: ret
;;   53: ud2  ; trap: integer divide by zero
;;   55: push 0xffffffffffffffff
;;   57: mov r11, [r14+0x10]
;;   5b: call qword ptr [r11+0x70]
;;   5f: jmp 0x4d

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
;;   2b: je 0x4b
;;   31: xor edx, edx
;;   33: div r11
;;   36: mov r11, [r14+0x28]
;;   3a: sub dword ptr [r11+8], 1
;;   3f: js 0x4d
;;   45: mov r14, [rbp-0x18]
;;   49: leave
;;   4a: ret
;;   4b: ud2  ; trap: integer divide by zero
;;   4d: push 0xffffffffffffffff
;;   4f: mov r11, [r14+0x10]
;;   53: call qword ptr [r11+0x70]
;;   57: jmp 0x45

;; func 3, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movsd [rbp-8], xmm0
;;   20: movsd xmm0, [rbp-8]
;;   25: ucomisd xmm0, xmm0
;;   29: jp 0x55
;;   2f: cvttsd2si rax, xmm0
;;   34: mov r11d, eax
;;   37: cmp r11, rax
;;   3a: jne 0x57
;;   40: mov r11, [r14+0x28]
;;   44: sub dword ptr [r11+0xc], 1
;;   49: js 0x59
;;   4f: mov r14, [rbp-0x10]
;;   53: leave
;;   54: ret
;;   55: ud2  ; trap: invalid conversion to integer
;;   57: ud2  ; trap: integer overflow
;;   59: push 0xffffffffffffffff
;;   5b: mov r11, [r14+0x10]
;;   5f: call qword ptr [r11+0x70]
;;   63: jmp 0x4f

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
;;   41: mov r11, [r14+0x28]
;;   45: sub dword ptr [r11+0x10], 1
;;   4a: js 0x56
;;   50: mov r14, [rbp-0x10]
;;   54: leave
;;   55: ret
;;   56: push 0xffffffffffffffff
;;   58: mov r11, [r14+0x10]
;;   5c: call qword ptr [r11+0x70]
;;   60: jmp 0x50
