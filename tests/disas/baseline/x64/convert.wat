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
;;   28: jp 0x55
;;   2e: cvttss2si rax, xmm0
;;   33: movsxd r11, eax
;;   36: cmp r11, rax
;;   39: jne 0x57
;;   3f: mov eax, eax
;;   41: mov r11, [r14+0x28]
;;   45: sub dword ptr [r11], 1
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
;;   34: jp 0x5d
;;   3a: ucomisd xmm0, [rip+0x2e]
;;   42: jne 0x5f
;;   48: mov r11, [r14+0x28]
;;   4c: sub dword ptr [r11+4], 1
;;   51: js 0x61
;;   57: mov r14, [rbp-0x10]
;;   5b: leave
;;   5c: ret
;;   5d: ud2  ; trap: invalid conversion to integer
;;   5f: ud2  ; trap: integer overflow
;;   61: push 0xffffffffffffffff
;;   63: mov r11, [r14+0x10]
;;   67: call qword ptr [r11+0x70]
;;   6b: jmp 0x57
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
;;   2c: mov r11, [r14+0x28]
;;   30: sub dword ptr [r11+8], 1
;;   35: js 0x41
;;   3b: mov r14, [rbp-0x10]
;;   3f: leave
;;   40: ret
;;   41: push 0xffffffffffffffff
;;   43: mov r11, [r14+0x10]
;;   47: call qword ptr [r11+0x70]
;;   4b: jmp 0x3b

;; func 3, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movsd [rbp-8], xmm0
;;   20: movsd xmm0, [rbp-8]
;;   25: cvtsd2ss xmm0, xmm0
;;   29: mov r11, [r14+0x28]
;;   2d: sub dword ptr [r11+0xc], 1
;;   32: js 0x3e
;;   38: mov r14, [rbp-0x10]
;;   3c: leave
;;   3d: ret
;;   3e: push 0xffffffffffffffff
;;   40: mov r11, [r14+0x10]
;;   44: call qword ptr [r11+0x70]
;;   48: jmp 0x38

;; func 4, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movsd [rbp-8], xmm0
;;   20: mov rax, [rbp-8]
;;   24: mov r11, [r14+0x28]
;;   28: sub dword ptr [r11+0x10], 1
;;   2d: js 0x39
;;   33: mov r14, [rbp-0x10]
;;   37: leave
;;   38: ret
;;   39: push 0xffffffffffffffff
;;   3b: mov r11, [r14+0x10]
;;   3f: call qword ptr [r11+0x70]
;;   43: jmp 0x33
