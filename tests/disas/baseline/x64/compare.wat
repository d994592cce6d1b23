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
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x10
;;   15: mov [rbp-0x10], r14
;;   19: mov r14, rdi
;;   1c: mov [rbp-8], rsi
;;   20: cmp qword ptr [rbp-8], 0
;;   25: sete al
;;   28: movzx eax, al
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
;;   2a: mov r11, [r14+0x28]
;;   2e: sub dword ptr [r11+8], 1
;;   33: js 0x3f
;;   39: mov r14, [rbp-0x10]
;;   3d: leave
;;   3e: ret
;;   3f: push 0xffffffffffffffff
;;   41: mov r11, [r14+0x10]
;;   45: call qword ptr [r11+0x70]
;;   49: jmp 0x39

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
;;   39: mov r11, [r14+0x28]
;;   3d: sub dword ptr [r11+0xc], 1
;;   42: js 0x4e
;;   48: mov r14, [rbp-0x18]
;;   4c: leave
;;   4d: ret
;;   4e: push 0xffffffffffffffff
;;   50: mov r11, [r14+0x10]
;;   54: call qword ptr [r11+0x70]
;;   58: jmp 0x48

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
;;   5a: mov r11, [r14+0x28]
;;   5e: sub dword ptr [r11+0x10], 3
;;   63: js 0x6f
;;   69: mov r14, [rbp-8]
;;   6d: leave
;;   6e: ret
;;   6f: push 0xffffffffffffffff
;;   71: mov r11, [r14+0x10]
;;   75: call qword ptr [r11+0x70]
;;   79: jmp 0x69

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
;;   36: mov r11, [r14+0x28]
;;   3a: sub dword ptr [r11+0x14], 1
;;   3f: js 0x4b
;;   45: mov r14, [rbp-8]
;;   49: leave
;;   4a: ret
;;   4b: push 0xffffffffffffffff
;;   4d: mov r11, [r14+0x10]
;;   51: call qword ptr [r11+0x70]
;;   55: jmp 0x45

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
;;   2c: mov r11, [r14+0x28]
;;   30: sub dword ptr [r11+0x18], 1
;;   35: js 0x41
;;   3b: mov r14, [rbp-0x10]
;;   3f: leave
;;   40: ret
;;   41: push 0xffffffffffffffff
;;   43: mov r11, [r14+0x10]
;;   47: call qword ptr [r11+0x70]
;;   4b: jmp 0x3b

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
;;   3c: mov r11, [r14+0x28]
;;   40: sub dword ptr [r11+0x1c], 2
;;   45: js 0x51
;;   4b: mov r14, [rbp-8]
;;   4f: leave
;;   50: ret
;;   51: push 0xffffffffffffffff
;;   53: mov r11, [r14+0x10]
;;   57: call qword ptr [r11+0x70]
;;   5b: jmp 0x4b

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
;;   50: mov r11, [r14+0x28]
;;   54: sub dword ptr [r11+0x20], 2
;;   59: js 0x65
;;   5f: mov r14, [rbp-8]
;;   63: leave
;;   64: ret
;;   65: push 0xffffffffffffffff
;;   67: mov r11, [r14+0x10]
;;   6b: call qword ptr [r11+0x70]
;;   6f: jmp 0x5f

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
;;   30: mov r11, [r14+0x28]
;;   34: sub dword ptr [r11+0x24], 1
;;   39: js 0x68
;;   3f: mov r11, [r14]
;;   42: cmp rsp, [r11]
;;   45: jb 0x74
;;   4b: dec r8
;;   4e: jne 0x30
;;   50: mov rax, r8
;;   53: mov r11, [r14+0x28]
;;   57: sub dword ptr [r11+0x24], 2
;;   5c: js 0x80
;;   62: mov r14, [rbp-8]
;;   66: leave
;;   67: ret
;;   68: push 0
;;   6a: mov r11, [r14+0x10]
;;   6e: call qword ptr [r11+0x70]
;;   72: jmp 0x3f
;;   74: push 0
;;   76: mov r11, [r14+0x10]
;;   7a: call qword ptr [r11+0x68]
;;   7e: jmp 0x4b
;;   80: push 0xffffffffffffffff
;;   82: mov r11, [r14+0x10]
;;   86: call qword ptr [r11+0x70]
;;   8a: jmp 0x62
