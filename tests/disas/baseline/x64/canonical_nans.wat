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
;;   37: mov r11, [r14+0x28]
;;   3b: sub dword ptr [r11], 1
;;   3f: js 0x4b
;;   45: mov r14, [rbp-0x18]
;;   49: leave
;;   4a: ret
;;   4b: push 0xffffffffffffffff
;;   4d: mov r11, [r14+0x10]
;;   51: call qword ptr [r11+0x70]
;;   55: jmp 0x45
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
;;   2c: mov r11, [r14+0x28]
;;   30: sub dword ptr [r11+4], 1
;;   35: js 0x41
;;   3b: mov r14, [rbp-0x10]
;;   3f: leave
;;   40: ret
;;   41: push 0xffffffffffffffff
;;   43: mov r11, [r14+0x10]
;;   47: call qword ptr [r11+0x70]
;;   4b: jmp 0x3b
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
;;   52: mov r11, [r14+0x28]
;;   56: sub dword ptr [r11+8], 1
;;   5b: js 0x67
;;   61: mov r14, [rbp-0x18]
;;   65: leave
;;   66: ret
;;   67: push 0xffffffffffffffff
;;   69: mov r11, [r14+0x10]
;;   6d: call qword ptr [r11+0x70]
;;   71: jmp 0x61
;;   73: int3
;;   74: int3
;;   75: int3
;;   76: int3
;;   77: int3
;;   78: 8 bytes of constants
