(module
  ;; Hot ones live in registers, no call destroys them.
  (func (param i32 i32) (result i32) (local i32 i32 f64)
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.xor (local.get 0) (local.get 1))))
      (local.set 4 (f64.add (local.get 4) (f64.const 1.5)))
      (local.set 3 (i32.add (local.get 3) (i32.const 1)))
      (local.set 0 (i32.shr_u (local.get 0) (i32.const 3)))
      (br_if 0 (i32.lt_u (local.tee 1 (i32.sub (local.get 1) (i32.const 1))) (local.get 0))))
    (i32.add (local.get 2) (i32.add (local.get 3) (i32.trunc_sat_f64_s (local.get 4)))))
  ;; The old value of a local that is written.
  (func (param i32) (result i32)
    (i32.sub (local.get 0) (local.tee 0 (i32.const 5))))
  ;; Two locals change places.
  (func (param i32 i32) (result i32)
    local.get 0
    local.get 1
    local.set 0
    local.set 1
    (i32.sub (local.get 0) (local.get 1)))
  ;; In the frame: added to in place.
  (func $callee)
  (func (param i64 f32) (result i64) (local i64)
    (local.set 2 (i64.add (local.get 2) (local.get 0)))
    (call $callee)
    (i64.add (local.get 2) (i64.const 3))))

;; func 0, frame of 16 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x10
;;   13: mov [rbp-8], r14
;;   17: mov [rbp-0x10], r12
;;   1b: mov r14, rdi
;;   1e: mov r8d, esi
;;   21: mov r9d, edx
;;   24: xor r10d, r10d
;;   27: xor r12d, r12d
;;   2a: xorps xmm8, xmm8
;;   2e: mov r11, [r14]
;;   31: cmp rsp, [r11]
;;   34: jae 0x40
;;   36: push 0
;;   38: mov r11, [r14+0x10]
;;   3c: call qword ptr [r11+0x68]
;;   40: sub dword ptr [r14+0x40], 4
;;   45: js 0xae
;;   4b: mov r11, [r14]
;;   4e: cmp rsp, [r11]
;;   51: jb 0xbc
;;   57: mov eax, r8d
;;   5a: xor eax, r9d
;;   5d: add r10d, eax
;;   60: addsd xmm8, [rip+0x6f]
;;   69: inc r12d
;;   6c: shr r8d, 3
;;   70: dec r9d
;;   73: cmp r9d, r8d
;;   76: jb 0x40
;;   78: cvttsd2si eax, xmm8
;;   7d: cmp eax, 1
;;   80: jno 0x93
;;   82: xorps xmm15, xmm15
;;   86: ucomisd xmm15, xmm8
;;   8b: jae 0x93
;;   8d: not eax
;;   8f: jnp 0x93
;;   91: xor eax, eax
;;   93: add eax, r12d
;;   96: add eax, r10d
;;   99: sub dword ptr [r14+0x40], 5
;;   9e: js 0xc8
;;   a4: mov r14, [rbp-8]
;;   a8: mov r12, [rbp-0x10]
;;   ac: leave
;;   ad: ret
;;   ae: push 0
;;   b0: mov r11d, 0
;;   b6: call qword ptr [r14+0x48]
;;   ba: jmp 0x4b
;;   bc: push 0
;;   be: mov r11, [r14+0x10]
;;   c2: call qword ptr [r11+0x68]
;;   c6: jmp 0x57
;;   c8: push 0xffffffffffffffff
;;   ca: mov r11d, 0
;;   d0: call qword ptr [r14+0x48]
;;   d4: jmp 0xa4
;;   d6: int3
;;   d7: int3
;;   d8: 8 bytes of constants

;; func 1, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-8], r14
;;   1a: mov r14, rdi
;;   1d: mov r8d, esi
;;   20: mov eax, r8d
;;   23: mov r8d, 5
;;   29: add eax, 0xfffffffb
;;   2c: sub dword ptr [r14+0x40], 1
;;   31: js 0x3d
;;   37: mov r14, [rbp-8]
;;   3b: leave
;;   3c: ret
;;   3d: push 0xffffffffffffffff
;;   3f: mov r11d, 1
;;   45: call qword ptr [r14+0x48]
;;   49: jmp 0x37

;; func 2, frame of 16 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x10
;;   13: mov [rbp-8], r14
;;   17: mov r14, rdi
;;   1a: mov r8d, esi
;;   1d: mov r9d, edx
;;   20: mov eax, r8d
;;   23: mov r8d, r9d
;;   26: mov r9d, eax
;;   29: mov eax, r8d
;;   2c: sub eax, r9d
;;   2f: sub dword ptr [r14+0x40], 1
;;   34: js 0x40
;;   3a: mov r14, [rbp-8]
;;   3e: leave
;;   3f: ret
;;   40: push 0xffffffffffffffff
;;   42: mov r11d, 2
;;   48: call qword ptr [r14+0x48]
;;   4c: jmp 0x3a

;; func 3, frame of 16 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x10
;;    9: mov [rbp-8], r14
;;    d: mov r14, rdi
;;   10: sub dword ptr [r14+0x40], 1
;;   15: js 0x21
;;   1b: mov r14, [rbp-8]
;;   1f: leave
;;   20: ret
;;   21: push 0xffffffffffffffff
;;   23: mov r11d, 3
;;   29: call qword ptr [r14+0x48]
;;   2d: jmp 0x1b

;; func 4, frame of 32 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x20
;;    9: mov [rbp-0x18], r14
;;    d: mov r14, rdi
;;   10: mov [rbp-8], rsi
;;   14: xorps xmm15, xmm15
;;   18: movsd [rbp-0x10], xmm15
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: mov rax, [rbp-0x10]
;;   34: add rax, [rbp-8]
;;   38: mov [rbp-0x10], rax
;;   3c: mov rdi, r14
;;   3f: mov r11, [r14+8]
;;   43: call qword ptr [r11+0x18]
;;   47: mov rax, [rbp-0x10]
;;   4b: add rax, 3
;;   4f: sub dword ptr [r14+0x40], 2
;;   54: js 0x60
;;   5a: mov r14, [rbp-0x18]
;;   5e: leave
;;   5f: ret
;;   60: push 0xffffffffffffffff
;;   62: mov r11d, 4
;;   68: call qword ptr [r14+0x48]
;;   6c: jmp 0x5a
