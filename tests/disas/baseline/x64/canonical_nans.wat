;;! canonical-nans
(module
  (func (param f32 f32) (result f32) (f32.add (local.get 0) (local.get 1)))
  (func (param f64) (result f64) (f64.neg (local.get 0)))
  (func (param f64 f64) (result f64) (f64.min (local.get 0) (local.get 1))))

;; func 0, frame of 32 bytes
;;    7: push rbp
;;    8: mov rbp, rsp
;;    b: sub rsp, 0x20
;;    f: mov [rbp-0x18], r14
;;   13: mov r14, rdi
;;   16: movss [rbp-0x10], xmm0
;;   1b: movss [rbp-8], xmm1
;;   20: movss xmm0, [rbp-0x10]
;;   25: addss xmm0, [rbp-8]
;;   2a: ucomiss xmm0, xmm0
;;   2d: jnp 0x37
;;   2f: movss xmm0, [rip+0x21]
;;   37: sub dword ptr [r14+0x40], 1
;;   3c: js 0x48
;;   42: mov r14, [rbp-0x18]
;;   46: leave
;;   47: ret
;;   48: push 0xffffffffffffffff
;;   4a: mov r11d, 0
;;   50: call qword ptr [r14+0x48]
;;   54: jmp 0x42
;;   56: int3
;;   57: int3
;;   58: 4 bytes of constants

;; func 1, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movsd [rbp-8], xmm0
;;   20: movsd xmm0, [rbp-8]
;;   25: xorps xmm0, [rip+0x24]
;;   2c: sub dword ptr [r14+0x40], 1
;;   31: js 0x3d
;;   37: mov r14, [rbp-0x10]
;;   3b: leave
;;   3c: ret
;;   3d: push 0xffffffffffffffff
;;   3f: mov r11d, 1
;;   45: call qword ptr [r14+0x48]
;;   49: jmp 0x37
;;   4b: int3
;;   4c: int3
;;   4d: int3
;;   4e: int3
;;   4f: int3
;;   50: 16 bytes of constants

;; func 2, frame of 32 bytes
;;    7: push rbp
;;    8: mov rbp, rsp
;;    b: sub rsp, 0x20
;;    f: mov [rbp-0x18], r14
;;   13: mov r14, rdi
;;   16: movsd [rbp-0x10], xmm0
;;   1b: movsd [rbp-8], xmm1
;;   20: movsd xmm0, [rbp-0x10]
;;   25: movsd xmm15, [rbp-8]
;;   2b: ucomisd xmm0, xmm15
;;   30: jp 0x3a
;;   32: jne 0x3f
;;   34: orps xmm15, xmm0
;;   38: jmp 0x3f
;;   3a: addsd xmm15, xmm0
;;   3f: minsd xmm0, xmm15
;;   44: ucomisd xmm0, xmm0
;;   48: jnp 0x52
;;   4a: movsd xmm0, [rip+0x26]
;;   52: sub dword ptr [r14+0x40], 1
;;   57: js 0x63
;;   5d: mov r14, [rbp-0x18]
;;   61: leave
;;   62: ret
;;   63: push 0xffffffffffffffff
;;   65: mov r11d, 2
;;   6b: call qword ptr [r14+0x48]
;;   6f: jmp 0x5d
;;   71: int3
;;   72: int3
;;   73: int3
;;   74: int3
;;   75: int3
;;   76: int3
;;   77: int3
;;   78: 8 bytes of constants
