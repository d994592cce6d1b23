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
;;   43: mov r11, [r14+0x28]
;;   47: sub dword ptr [r11], 1
;;   4b: js 0x57
;;   51: mov r14, [rbp-0x18]
;;   55: leave
;;   56: ret
;;   57: push 0xffffffffffffffff
;;   59: mov r11, [r14+0x10]
;;   5d: call qword ptr [r11+0x70]
;;   61: jmp 0x51

;; func 1, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-0x10], r14
;;   18: mov r14, rdi
;;   1b: movsd [rbp-8], xmm0
;;   20: movsd xmm0, [rbp-8]
;;   25: roundsd xmm0, xmm0, 8
;;   2b: mov r11, [r14+0x28]
;;   2f: sub dword ptr [r11+4], 1
;;   34: js 0x40
;;   3a: mov r14, [rbp-0x10]
;;   3e: leave
;;   3f: ret
;;   40: push 0xffffffffffffffff
;;   42: mov r11, [r14+0x10]
;;   46: call qword ptr [r11+0x70]
;;   4a: jmp 0x3a

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
;;   32: mov r11, [r14+0x28]
;;   36: sub dword ptr [r11+8], 1
;;   3b: js 0x47
;;   41: mov r14, [rbp-0x18]
;;   45: leave
;;   46: ret
;;   47: push 0xffffffffffffffff
;;   49: mov r11, [r14+0x10]
;;   4d: call qword ptr [r11+0x70]
;;   51: jmp 0x41

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
;;   44: mov r11, [r14+0x28]
;;   48: sub dword ptr [r11+0xc], 1
;;   4d: js 0x59
;;   53: mov r14, [rbp-0x18]
;;   57: leave
;;   58: ret
;;   59: push 0xffffffffffffffff
;;   5b: mov r11, [r14+0x10]
;;   5f: call qword ptr [r11+0x70]
;;   63: jmp 0x53
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
;;   48: mov r11, [r14+0x28]
;;   4c: sub dword ptr [r11+0x10], 1
;;   51: js 0x5d
;;   57: mov r14, [rbp-0x10]
;;   5b: leave
;;   5c: ret
;;   5d: push 0xffffffffffffffff
;;   5f: mov r11, [r14+0x10]
;;   63: call qword ptr [r11+0x70]
;;   67: jmp 0x57
