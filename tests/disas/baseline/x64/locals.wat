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
;;   40: mov r11, [r14+0x28]
;;   44: sub dword ptr [r11], 4
;;   48: js 0xb4
;;   4e: mov r11, [r14]
;;   51: cmp rsp, [r11]
;;   54: jb 0xc0
;;   5a: mov eax, r8d
;;   5d: xor eax, r9d
;;   60: add r10d, eax
;;   63: addsd xmm8, [rip+0x6c]
;;   6c: inc r12d
;;   6f: shr r8d, 3
;;   73: dec r9d
;;   76: cmp r9d, r8d
;;   79: jb 0x40
;;   7b: cvttsd2si eax, xmm8
;;   80: cmp eax, 1
;;   83: jno 0x96
;;   85: xorps xmm15, xmm15
;;   89: ucomisd xmm15, xmm8
;;   8e: jae 0x96
;;   90: not eax
;;   92: jnp 0x96
;;   94: xor eax, eax
;;   96: add eax, r12d
;;   99: add eax, r10d
;;   9c: mov r11, [r14+0x28]
;;   a0: sub dword ptr [r11], 5
;;   a4: js 0xcc
;;   aa: mov r14, [rbp-8]
;;   ae: mov r12, [rbp-0x10]
;;   b2: leave
;;   b3: ret
;;   b4: push 0
;;   b6: mov r11, [r14+0x10]
;;   ba: call qword ptr [r11+0x70]
;;   be: jmp 0x4e
;;   c0: push 0
;;   c2: mov r11, [r14+0x10]
;;   c6: call qword ptr [r11+0x68]
;;   ca: jmp 0x5a
;;   cc: push 0xffffffffffffffff
;;   ce: mov r11, [r14+0x10]
;;   d2: call qword ptr [r11+0x70]
;;   d6: jmp 0xaa
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
;;   2c: mov r11, [r14+0x28]
;;   30: sub dword ptr [r11+4], 1
;;   35: js 0x41
;;   3b: mov r14, [rbp-8]
;;   3f: leave
;;   40: ret
;;   41: push 0xffffffffffffffff
;;   43: mov r11, [r14+0x10]
;;   47: call qword ptr [r11+0x70]
;;   4b: jmp 0x3b

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
;;   2f: mov r11, [r14+0x28]
;;   33: sub dword ptr [r11+8], 1
;;   38: js 0x44
;;   3e: mov r14, [rbp-8]
;;   42: leave
;;   43: ret
;;   44: push 0xffffffffffffffff
;;   46: mov r11, [r14+0x10]
;;   4a: call qword ptr [r11+0x70]
;;   4e: jmp 0x3e

;; func 3, frame of 16 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x10
;;    9: mov [rbp-8], r14
;;    d: mov r14, rdi
;;   10: mov r11, [r14+0x28]
;;   14: sub dword ptr [r11+0xc], 1
;;   19: js 0x25
;;   1f: mov r14, [rbp-8]
;;   23: leave
;;   24: ret
;;   25: push 0xffffffffffffffff
;;   27: mov r11, [r14+0x10]
;;   2b: call qword ptr [r11+0x70]
;;   2f: jmp 0x1f

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
;;   4f: mov r11, [r14+0x28]
;;   53: sub dword ptr [r11+0x10], 2
;;   58: js 0x64
;;   5e: mov r14, [rbp-0x18]
;;   62: leave
;;   63: ret
;;   64: push 0xffffffffffffffff
;;   66: mov r11, [r14+0x10]
;;   6a: call qword ptr [r11+0x70]
;;   6e: jmp 0x5e
