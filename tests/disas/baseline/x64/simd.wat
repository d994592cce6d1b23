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
;;   2e: sub dword ptr [r14+0x40], 1
;;   33: js 0x3f
;;   39: mov r14, [rbp-0x18]
;;   3d: leave
;;   3e: ret
;;   3f: push 0xffffffffffffffff
;;   41: mov r11d, 0
;;   47: call qword ptr [r14+0x48]
;;   4b: jmp 0x39

;; func 1, frame of 16 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x10
;;    e: mov [rbp-8], r14
;;   12: mov [rbp-0x10], rbx
;;   16: mov r14, rdi
;;   19: mov r8d, esi
;;   1c: mov rbx, [r14+0x50]
;;   20: movups xmm0, [rbx+r8]  ; trap: out of bounds memory access
;;   25: movups xmm1, [rbx+r8+0x10]  ; trap: out of bounds memory access
;;   2b: addps xmm0, xmm1
;;   2e: sub dword ptr [r14+0x40], 2
;;   33: js 0x43
;;   39: mov r14, [rbp-8]
;;   3d: mov rbx, [rbp-0x10]
;;   41: leave
;;   42: ret
;;   43: push 0xffffffffffffffff
;;   45: mov r11d, 1
;;   4b: call qword ptr [r14+0x48]
;;   4f: jmp 0x39

;; func 2, frame of 32 bytes
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x20
;;   15: mov [rbp-0x18], r14
;;   19: mov r14, rdi
;;   1c: movups [rbp-0x10], xmm0
;;   20: movaps xmm15, [rbp-0x10]
;;   25: pmovmskb eax, xmm15
;;   2a: sub dword ptr [r14+0x40], 1
;;   2f: js 0x3b
;;   35: mov r14, [rbp-0x18]
;;   39: leave
;;   3a: ret
;;   3b: push 0xffffffffffffffff
;;   3d: mov r11d, 2
;;   43: call qword ptr [r14+0x48]
;;   47: jmp 0x35

;; func 3, frame of 32 bytes
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x20
;;   15: mov [rbp-0x18], r14
;;   19: mov r14, rdi
;;   1c: movups [rbp-0x10], xmm0
;;   20: movaps xmm0, [rip+0x29]
;;   27: pxor xmm0, [rbp-0x10]
;;   2c: sub dword ptr [r14+0x40], 2
;;   31: js 0x3d
;;   37: mov r14, [rbp-0x18]
;;   3b: leave
;;   3c: ret
;;   3d: push 0xffffffffffffffff
;;   3f: mov r11d, 3
;;   45: call qword ptr [r14+0x48]
;;   49: jmp 0x37
;;   4b: int3
;;   4c: int3
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
;;   1c: mov rbx, [r14+0x50]
;;   20: movups xmm0, [rbp-0x10]
;;   24: mov eax, [rbp-0x18]
;;   27: pextrb [rbx+rax], xmm0, 3  ; trap: out of bounds memory access
;;   2e: sub dword ptr [r14+0x40], 1
;;   33: js 0x43
;;   39: mov r14, [rbp-0x20]
;;   3d: mov rbx, [rbp-0x28]
;;   41: leave
;;   42: ret
;;   43: push 0xffffffffffffffff
;;   45: mov r11d, 4
;;   4b: call qword ptr [r14+0x48]
;;   4f: jmp 0x39

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
;;   3e: sub dword ptr [r14+0x40], 1
;;   43: js 0x4f
;;   49: mov r14, [rbp-0x28]
;;   4d: leave
;;   4e: ret
;;   4f: push 0xffffffffffffffff
;;   51: mov r11d, 5
;;   57: call qword ptr [r14+0x48]
;;   5b: jmp 0x49
