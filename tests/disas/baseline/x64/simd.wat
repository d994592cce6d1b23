(module
  (memory 1)
  (func (param v128 v128) (result v128)
    (i32x4.add (local.get 0) (i16x8.mul (local.get 0) (local.get 1))))
  (func (param i32) (result v128)
    (f32x4.add (v128.load (local.get 0)) (v128.load offset=16 (local.get 0))))
  (func (param v128) (result i32) (i8x16.bitmask (local.get 0)))
  (func (param v128) (result v128)
    (v128.xor (local.get 0) (v128.const i32x4 1 2 3 4)))
  (func (param i32 v128)
    (v128.store8_lane 3 (local.get 0) (local.get 1)))
  (func (param v128 v128) (result i32)
    (i8x16.all_true (i8x16.eq (local.get 0) (local.get 1)))))

;; func 0, frame of 32 bytes
;;    9: push rbp
;;    a: mov rbp, rsp
;;    d: sub rsp, 0x20
;;   11: mov [rbp-0x18], r14
;;   15: mov r14, rdi
;;   18: movups [rbp-0x10], xmm1
;;   1c: movaps xmm8, xmm0
;;   20: movaps xmm0, xmm8
;;   24: pmullw xmm0, [rbp-0x10]
;;   29: paddd xmm0, xmm8
;;   2e: mov r11, [r14+0x28]
;;   32: sub dword ptr [r11], 1
;;   36: js 0x42
;;   3c: mov r14, [rbp-0x18]
;;   40: leave
;;   41: ret
;;   42: push 0xffffffffffffffff
;;   44: mov r11, [r14+0x10]
;;   48: call qword ptr [r11+0x70]
;;   4c: jmp 0x3c

;; func 1, frame of 16 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x10
;;    e: mov [rbp-8], r14
;;   12: mov [rbp-0x10], rbx
;;   16: mov r14, rdi
;;   19: mov r8d, esi
;;   1c: mov rbx, [r14+0x40]
;;   20: movups xmm0, [rbx+r8]  ; trap: out of bounds memory access
;;   25: movups xmm1, [rbx+r8+0x10]  ; trap: out of bounds memory access
;;   2b: addps xmm0, xmm1
;;   2e: mov r11, [r14+0x28]
;;   32: sub dword ptr [r11+4], 2
;;   37: js 0x47
;;   3d: mov r14, [rbp-8]
;;   41: mov rbx, [rbp-0x10]
;;   45: leave
;;   46: ret
;;   47: push 0xffffffffffffffff
;;   49: mov r11, [r14+0x10]
;;   4d: call qword ptr [r11+0x70]
;;   51: jmp 0x3d

;; func 2, frame of 32 bytes
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x20
;;   15: mov [rbp-0x18], r14
;;   19: mov r14, rdi
;;   1c: movups [rbp-0x10], xmm0
;;   20: movaps xmm15, [rbp-0x10]
;;   25: pmovmskb eax, xmm15
;;   2a: mov r11, [r14+0x28]
;;   2e: sub dword ptr [r11+8], 1
;;   33: js 0x3f
;;   39: mov r14, [rbp-0x18]
;;   3d: leave
;;   3e: ret
;;   3f: push 0xffffffffffffffff
;;   41: mov r11, [r14+0x10]
;;   45: call qword ptr [r11+0x70]
;;   49: jmp 0x39

;; func 3, frame of 32 bytes
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x20
;;   15: mov [rbp-0x18], r14
;;   19: mov r14, rdi
;;   1c: movups [rbp-0x10], xmm0
;;   20: movaps xmm0, [rip+0x29]
;;   27: pxor xmm0, [rbp-0x10]
;;   2c: mov r11, [r14+0x28]
;;   30: sub dword ptr [r11+0xc], 2
;;   35: js 0x41
;;   3b: mov r14, [rbp-0x18]
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

;; func 4, frame of 48 bytes
;;    2: push rbp
;;    3: mov rbp, rsp
;;    6: sub rsp, 0x30
;;    a: mov [rbp-0x20], r14
;;    e: mov [rbp-0x28], rbx
;;   12: mov r14, rdi
;;   15: mov [rbp-0x18], esi
;;   18: movups [rbp-0x10], xmm0
;;   1c: mov rbx, [r14+0x40]
;;   20: movups xmm0, [rbp-0x10]
;;   24: mov eax, [rbp-0x18]
;;   27: pextrb [rbx+rax], xmm0, 3  ; trap: out of bounds memory access
;;   2e: mov r11, [r14+0x28]
;;   32: sub dword ptr [r11+0x10], 1
;;   37: js 0x47
;;   3d: mov r14, [rbp-0x20]
;;   41: mov rbx, [rbp-0x28]
;;   45: leave
;;   46: ret
;;   47: push 0xffffffffffffffff
;;   49: mov r11, [r14+0x10]
;;   4d: call qword ptr [r11+0x70]
;;   51: jmp 0x3d

;; func 5, frame of 48 bytes
;;    9: push rbp
;;    a: mov rbp, rsp
;;    d: sub rsp, 0x30
;;   11: mov [rbp-0x28], r14
;;   15: mov r14, rdi
;;   18: movups [rbp-0x20], xmm0
;;   1c: movups [rbp-0x10], xmm1
;;   20: movaps xmm0, [rbp-0x20]
;;   24: pcmpeqb xmm0, [rbp-0x10]
;;   29: xorps xmm15, xmm15
;;   2d: pcmpeqb xmm15, xmm0
;;   32: ptest xmm15, xmm15
;;   38: sete al
;;   3b: movzx eax, al
;;   3e: mov r11, [r14+0x28]
;;   42: sub dword ptr [r11+0x14], 1
;;   47: js 0x53
;;   4d: mov r14, [rbp-0x28]
;;   51: leave
;;   52: ret
;;   53: push 0xffffffffffffffff
;;   55: mov r11, [r14+0x10]
;;   59: call qword ptr [r11+0x70]
;;   5d: jmp 0x4d
