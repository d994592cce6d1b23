(module
  (func (param f32) (result i32) (i32.trunc_f32_s (local.get 0)))
  (func (param f64) (result i64) (i64.trunc_f64_s (local.get 0)))
  (func (param i32) (result f32) (f32.convert_i32_u (local.get 0)))
  (func (param f64) (result f32) (f32.demote_f64 (local.get 0)))
  (func (param f64) (result i64) (i64.reinterpret_f64 (local.get 0))))

;; func 0, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movss [rbp-8], xmm0
;;   20: movss xmm0, [rbp-8]
;;   25: ucomiss xmm0, xmm0
;;   28: jp 0x52
;;   2e: cvttss2si rax, xmm0
;;   33: movsxd r11, eax
;;   36: cmp r11, rax
;;   39: jne 0x54
;;   3f: mov eax, eax
;;   41: sub dword ptr [r14+0x40], 1
;;   46: js 0x56
;;   4c: mov r14, [rbp-0x10]
;;   50: leave
;;   51: ret
;;   52: ud2  ; trap: invalid conversion to integer
;;   54: ud2  ; trap: integer overflow
;;   56: push 0xffffffffffffffff
;;   58: mov r11d, 0
;;   5e: call qword ptr [r14+0x48]
;;   62: jmp 0x4c

;; func 1, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movsd [rbp-8], xmm0
;;   20: movsd xmm0, [rbp-8]
;;   25: cvttsd2si rax, xmm0
;;   2a: cmp rax, 1
;;   2e: jno 0x48
;;   30: ucomisd xmm0, xmm0
;;   34: jp 0x59
;;   3a: ucomisd xmm0, [rip+0x2e]
;;   42: jne 0x5b
;;   48: sub dword ptr [r14+0x40], 1
;;   4d: js 0x5d
;;   53: mov r14, [rbp-0x10]
;;   57: leave
;;   58: ret
;;   59: ud2  ; trap: invalid conversion to integer
;;   5b: ud2  ; trap: integer overflow
;;   5d: push 0xffffffffffffffff
;;   5f: mov r11d, 1
;;   65: call qword ptr [r14+0x48]
;;   69: jmp 0x53
;;   6b: int3
;;   6c: int3
;;   6d: int3
;;   6e: int3
;;   6f: int3
;;   70: 8 bytes of constants

;; func 2, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: xorps xmm0, xmm0
;;   23: mov r11d, [rbp-8]
;;   27: cvtsi2ss xmm0, r11
;;   2c: sub dword ptr [r14+0x40], 1
;;   31: js 0x3d
;;   37: mov r14, [rbp-0x10]
;;   3b: leave
;;   3c: ret
;;   3d: push 0xffffffffffffffff
;;   3f: mov r11d, 2
;;   45: call qword ptr [r14+0x48]
;;   49: jmp 0x37

;; func 3, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movsd [rbp-8], xmm0
;;   20: movsd xmm0, [rbp-8]
;;   25: cvtsd2ss xmm0, xmm0
;;   29: sub dword ptr [r14+0x40], 1
;;   2e: js 0x3a
;;   34: mov r14, [rbp-0x10]
;;   38: leave
;;   39: ret
;;   3a: push 0xffffffffffffffff
;;   3c: mov r11d, 3
;;   42: call qword ptr [r14+0x48]
;;   46: jmp 0x34

;; func 4, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movsd [rbp-8], xmm0
;;   20: mov rax, [rbp-8]
;;   24: sub dword ptr [r14+0x40], 1
;;   29: js 0x35
;;   2f: mov r14, [rbp-0x10]
;;   33: leave
;;   34: ret
;;   35: push 0xffffffffffffffff
;;   37: mov r11d, 4
;;   3d: call qword ptr [r14+0x48]
;;   41: jmp 0x2f
