(module
  ;; Folded into branches, or a value.
  (func (param i32 i32) (result i32) (i32.le_s (local.get 0) (local.get 1)))
  (func (param i64) (result i32) (i64.eqz (local.get 0)))
  (func (param i32) (result i32) (i32.eqz (i32.eqz (local.get 0))))
  (func (param f32 f32) (result i32) (f32.eq (local.get 0) (local.get 1)))
  (func (param f64 f64)
    (if (f64.ne (local.get 0) (local.get 1)) (then (unreachable)))
    (if (f64.ge (local.get 0) (local.get 1)) (then (unreachable)))
    (if (f64.eq (local.get 0) (f64.const 0)) (then (unreachable))))
  (func (param i32) (result i32)
    (i32.and
      (i32.gt_u (local.get 0) (i32.const 10))
      (i32.lt_u (local.get 0) (i32.const 20))))
  (func (param i32)
    (if (i32.lt_s (i32.const 3) (local.get 0)) (then (unreachable))))
  ;; Flags of the subtraction say it; not where two ways meet.
  (func (param i32) (result i32)
    (if (result i32) (i32.sub (i32.mul (local.get 0) (local.get 0)) (i32.const 9))
      (then (i32.const 0)) (else (i32.const 1))))
  (func (param i32) (result i32)
    (if (result i32)
      (block (result i32)
        (drop (br_if 0 (local.get 0) (i32.lt_u (local.get 0) (i32.const 5))))
        (i32.sub (i32.mul (local.get 0) (local.get 0)) (i32.const 9)))
      (then (i32.const 0)) (else (i32.const 1))))
  (func (param i64) (result i64)
    (loop (br_if 0 (i64.ne (local.tee 0 (i64.sub (local.get 0) (i64.const 1))) (i64.const 0))))
    (local.get 0)))

;; func 0, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-0x10], esi
;;   1d: mov [rbp-8], edx
;;   20: mov r11d, [rbp-0x10]
;;   24: cmp r11d, [rbp-8]
;;   28: setle al
;;   2b: movzx eax, al
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
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x10
;;   15: mov [rbp-0x10], r14
;;   19: mov r14, rdi
;;   1c: mov [rbp-8], rsi
;;   20: cmp qword ptr [rbp-8], 0
;;   25: sete al
;;   28: movzx eax, al
;;   2b: sub dword ptr [r14+0x40], 1
;;   30: js 0x3c
;;   36: mov r14, [rbp-0x10]
;;   3a: leave
;;   3b: ret
;;   3c: push 0xffffffffffffffff
;;   3e: mov r11d, 1
;;   44: call qword ptr [r14+0x48]
;;   48: jmp 0x36

;; func 2, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: cmp dword ptr [rbp-8], 0
;;   24: setne al
;;   27: movzx eax, al
;;   2a: sub dword ptr [r14+0x40], 1
;;   2f: js 0x3b
;;   35: mov r14, [rbp-0x10]
;;   39: leave
;;   3a: ret
;;   3b: push 0xffffffffffffffff
;;   3d: mov r11d, 2
;;   43: call qword ptr [r14+0x48]
;;   47: jmp 0x35

;; func 3, frame of 32 bytes
;;    7: push rbp
;;    8: mov rbp, rsp
;;    b: sub rsp, 0x20
;;    f: mov [rbp-0x18], r14
;;   13: mov r14, rdi
;;   16: movss [rbp-0x10], xmm0
;;   1b: movss [rbp-8], xmm1
;;   20: movss xmm15, [rbp-8]
;;   26: ucomiss xmm15, [rbp-0x10]
;;   2b: sete r11b
;;   2f: sbb r11b, 0
;;   33: setg al
;;   36: movzx eax, al
;;   39: sub dword ptr [r14+0x40], 1
;;   3e: js 0x4a
;;   44: mov r14, [rbp-0x18]
;;   48: leave
;;   49: ret
;;   4a: push 0xffffffffffffffff
;;   4c: mov r11d, 3
;;   52: call qword ptr [r14+0x48]
;;   56: jmp 0x44

;; func 4, frame of 16 bytes
;;    9: push rbp
;;    a: mov rbp, rsp
;;    d: sub rsp, 0x10
;;   11: mov [rbp-8], r14
;;   15: mov r14, rdi
;;   18: movaps xmm8, xmm0
;;   1c: movaps xmm9, xmm1
;;   20: ucomisd xmm8, xmm9
;;   25: sete r11b
;;   29: sbb r11b, 0
;;   2d: jg 0x35
;;   33: ud2  ; trap: wasm `unreachable` instruction executed
;;   35: ucomisd xmm8, xmm9
;;   3a: jb 0x42
;;   40: ud2  ; trap: wasm `unreachable` instruction executed
;;   42: xorps xmm0, xmm0
;;   45: ucomisd xmm8, xmm0
;;   4a: sete r11b
;;   4e: sbb r11b, 0
;;   52: jle 0x5a
;;   58: ud2  ; trap: wasm `unreachable` instruction executed
;;   5a: sub dword ptr [r14+0x40], 3
;;   5f: js 0x6b
;;   65: mov r14, [rbp-8]
;;   69: leave
;;   6a: ret
;;   6b: push 0xffffffffffffffff
;;   6d: mov r11d, 4
;;   73: call qword ptr [r14+0x48]
;;   77: jmp 0x65

;; func 5, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-8], r14
;;   1a: mov r14, rdi
;;   1d: mov r8d, esi
;;   20: cmp r8d, 0xa
;;   24: seta al
;;   27: movzx eax, al
;;   2a: cmp r8d, 0x14
;;   2e: setb cl
;;   31: movzx ecx, cl
;;   34: and eax, ecx
;;   36: sub dword ptr [r14+0x40], 1
;;   3b: js 0x47
;;   41: mov r14, [rbp-8]
;;   45: leave
;;   46: ret
;;   47: push 0xffffffffffffffff
;;   49: mov r11d, 5
;;   4f: call qword ptr [r14+0x48]
;;   53: jmp 0x41

;; func 6, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: cmp dword ptr [rbp-8], 3
;;   24: jle 0x2c
;;   2a: ud2  ; trap: wasm `unreachable` instruction executed
;;   2c: sub dword ptr [r14+0x40], 1
;;   31: js 0x3d
;;   37: mov r14, [rbp-0x10]
;;   3b: leave
;;   3c: ret
;;   3d: push 0xffffffffffffffff
;;   3f: mov r11d, 6
;;   45: call qword ptr [r14+0x48]
;;   49: jmp 0x37

;; func 7, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-8], r14
;;   1a: mov r14, rdi
;;   1d: mov r8d, esi
;;   20: mov eax, r8d
;;   23: imul eax, r8d
;;   27: add eax, 0xfffffff7
;;   2a: je 0x37
;;   30: xor eax, eax
;;   32: jmp 0x3c
;;   37: mov eax, 1
;;   3c: sub dword ptr [r14+0x40], 2
;;   41: js 0x4d
;;   47: mov r14, [rbp-8]
;;   4b: leave
;;   4c: ret
;;   4d: push 0xffffffffffffffff
;;   4f: mov r11d, 7
;;   55: call qword ptr [r14+0x48]
;;   59: jmp 0x47

;; func 8, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-8], r14
;;   1a: mov r14, rdi
;;   1d: mov r8d, esi
;;   20: cmp r8d, 5
;;   24: jae 0x32
;;   2a: mov eax, r8d
;;   2d: jmp 0x3c
;;   32: mov eax, r8d
;;   35: imul eax, r8d
;;   39: add eax, 0xfffffff7
;;   3c: test eax, eax
;;   3e: je 0x4b
;;   44: xor eax, eax
;;   46: jmp 0x50
;;   4b: mov eax, 1
;;   50: sub dword ptr [r14+0x40], 2
;;   55: js 0x61
;;   5b: mov r14, [rbp-8]
;;   5f: leave
;;   60: ret
;;   61: push 0xffffffffffffffff
;;   63: mov r11d, 8
;;   69: call qword ptr [r14+0x48]
;;   6d: jmp 0x5b

;; func 9, frame of 16 bytes
;;    c: push rbp
;;    d: mov rbp, rsp
;;   10: sub rsp, 0x10
;;   14: mov [rbp-8], r14
;;   18: mov r14, rdi
;;   1b: mov r8, rsi
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: sub dword ptr [r14+0x40], 1
;;   35: js 0x60
;;   3b: mov r11, [r14]
;;   3e: cmp rsp, [r11]
;;   41: jb 0x6e
;;   47: dec r8
;;   4a: jne 0x30
;;   4c: mov rax, r8
;;   4f: sub dword ptr [r14+0x40], 2
;;   54: js 0x7a
;;   5a: mov r14, [rbp-8]
;;   5e: leave
;;   5f: ret
;;   60: push 0
;;   62: mov r11d, 9
;;   68: call qword ptr [r14+0x48]
;;   6c: jmp 0x3b
;;   6e: push 0
;;   70: mov r11, [r14+0x10]
;;   74: call qword ptr [r11+0x68]
;;   78: jmp 0x47
;;   7a: push 0xffffffffffffffff
;;   7c: mov r11d, 9
;;   82: call qword ptr [r14+0x48]
;;   86: jmp 0x5a
