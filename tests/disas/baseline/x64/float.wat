(module
  (func (param f32 f32) (result f32) (f32.min (local.get 0) (local.get 1)))
  (func (param f64) (result f64) (f64.nearest (local.get 0)))
  (func (param f64 f64) (result i32) (f64.lt (local.get 0) (local.get 1)))
  (func (param f64 f64) (result f64) (f64.copysign (local.get 0) (local.get 1)))
  (func (param i64) (result f64) (f64.convert_i64_u (local.get 0))))

;; func 0, frame of 32 bytes
;;    7: push rbp
;;    8: mov rbp, rsp
;;    b: sub rsp, 0x20
;;    f: mov [rbp-0x18], r14
;;   13: mov r14, rdi
;;   16: movss [rbp-0x10], xmm0
;;   1b: movss [rbp-8], xmm1
;;   20: movss xmm0, [rbp-0x10]
;;   25: movss xmm15, [rbp-8]
;;   2b: ucomiss xmm0, xmm15
;;   2f: jp 0x39
;;   31: jne 0x3e
;;   33: orps xmm15, xmm0
;;   37: jmp 0x3e
;;   39: addss xmm15, xmm0
;;   3e: minss xmm0, xmm15
;;   43: sub dword ptr [r14+0x40], 1
;;   48: js 0x54
;;   4e: mov r14, [rbp-0x18]
;;   52: leave
;;   53: ret
;;   54: push 0xffffffffffffffff
;;   56: mov r11d, 0
;;   5c: call qword ptr [r14+0x48]
;;   60: jmp 0x4e

;; func 1, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movsd [rbp-8], xmm0
;;   20: movsd xmm0, [rbp-8]
;;   25: roundsd xmm0, xmm0, 8
;;   2b: sub dword ptr [r14+0x40], 1
;;   30: js 0x3c
;;   36: mov r14, [rbp-0x10]
;;   3a: leave
;;   3b: ret
;;   3c: push 0xffffffffffffffff
;;   3e: mov r11d, 1
;;   44: call qword ptr [r14+0x48]
;;   48: jmp 0x36

;; func 2, frame of 32 bytes
;;    7: push rbp
;;    8: mov rbp, rsp
;;    b: sub rsp, 0x20
;;    f: mov [rbp-0x18], r14
;;   13: mov r14, rdi
;;   16: movsd [rbp-0x10], xmm0
;;   1b: movsd [rbp-8], xmm1
;;   20: movsd xmm15, [rbp-8]
;;   26: ucomisd xmm15, [rbp-0x10]
;;   2c: seta al
;;   2f: movzx eax, al
;;   32: sub dword ptr [r14+0x40], 1
;;   37: js 0x43
;;   3d: mov r14, [rbp-0x18]
;;   41: leave
;;   42: ret
;;   43: push 0xffffffffffffffff
;;   45: mov r11d, 2
;;   4b: call qword ptr [r14+0x48]
;;   4f: jmp 0x3d

;; func 3, frame of 32 bytes
;;    7: push rbp
;;    8: mov rbp, rsp
;;    b: sub rsp, 0x20
;;    f: mov [rbp-0x18], r14
;;   13: mov r14, rdi
;;   16: movsd [rbp-0x10], xmm0
;;   1b: movsd [rbp-8], xmm1
;;   20: movsd xmm0, [rbp-8]
;;   25: movsd xmm1, [rbp-0x10]
;;   2a: movaps xmm15, [rip+0x3e]
;;   32: andps xmm15, xmm0
;;   36: andps xmm1, [rip+0x43]
;;   3d: orps xmm1, xmm15
;;   41: movaps xmm0, xmm1
;;   44: sub dword ptr [r14+0x40], 1
;;   49: js 0x55
;;   4f: mov r14, [rbp-0x18]
;;   53: leave
;;   54: ret
;;   55: push 0xffffffffffffffff
;;   57: mov r11d, 3
;;   5d: call qword ptr [r14+0x48]
;;   61: jmp 0x4f
;;   63: int3
;;   64: int3
;;   65: int3
;;   66: int3
;;   67: int3
;;   68: int3
;;   69: int3
;;   6a: int3
;;   6b: int3
;;   6c: int3
;;   6d: int3
;;   6e: int3
;;   6f: int3
;;   70: 32 bytes of constants

;; func 4, frame of 16 bytes
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x10
;;   15: mov [rbp-0x10], r14
;;   19: mov r14, rdi
;;   1c: mov [rbp-8], rsi
;;   20: mov rax, [rbp-8]
;;   24: xorps xmm0, xmm0
;;   27: test rax, rax
;;   2a: js 0x33
;;   2c: cvtsi2sd xmm0, rax
;;   31: jmp 0x48
;;   33: mov r11, rax
;;   36: shr r11, 1
;;   39: and eax, 1
;;   3c: or r11, rax
;;   3f: cvtsi2sd xmm0, r11
;;   44: addsd xmm0, xmm0
;;   48: sub dword ptr [r14+0x40], 1
;;   4d: js 0x59
;;   53: mov r14, [rbp-0x10]
;;   57: leave
;;   58: ret
;;   59: push 0xffffffffffffffff
;;   5b: mov r11d, 4
;;   61: call qword ptr [r14+0x48]
;;   65: jmp 0x53
