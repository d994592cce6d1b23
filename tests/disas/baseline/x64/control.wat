(module
  (func (param i32) (result i32)
    (block
      (br_if 0 (i32.eqz (local.get 0)))
      (return (i32.const 1)))
    (i32.const 2))
  (func (param i32 i32) (result i32)
    (if (result i32) (i32.gt_s (local.get 0) (local.get 1))
      (then (i32.sub (local.get 0) (local.get 1)))
      (else (i32.sub (local.get 1) (local.get 0)))))
  (func (param i32)
    (if (i32.and (local.get 0) (i32.const 4)) (then (unreachable))))
  ;; Operands below a block, a branch out of two with a value.
  (func (param i32 i64) (result i32)
    (i32.add (local.get 0)
      (block (result i32)
        (block (result i32)
          (drop (br_if 1 (i32.const 7) (i64.lt_s (local.get 1) (i64.const 100))))
          (br_if 0 (local.get 0) (i64.eqz (local.get 1)))
          (i32.shl (i32.const 3)))
        (i32.mul (i32.const 5)))))
  ;; Several values meet.
  (func (param i32) (result i32 i64)
    (if (result i32 i64) (local.get 0)
      (then (i32.const 1) (i64.const 2))
      (else (local.get 0) (i64.const 3)))))

;; func 0, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: cmp dword ptr [rbp-8], 0
;;   24: je 0x34
;;   2a: mov eax, 1
;;   2f: jmp 0x39
;;   34: mov eax, 2
;;   39: mov r11, [r14+0x28]
;;   3d: sub dword ptr [r11], 1
;;   41: js 0x4d
;;   47: mov r14, [rbp-0x10]
;;   4b: leave
;;   4c: ret
;;   4d: push 0xffffffffffffffff
;;   4f: mov r11, [r14+0x10]
;;   53: call qword ptr [r11+0x70]
;;   57: jmp 0x47

;; func 1, frame of 16 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x10
;;   13: mov [rbp-8], r14
;;   17: mov r14, rdi
;;   1a: mov r8d, esi
;;   1d: mov r9d, edx
;;   20: cmp r8d, r9d
;;   23: jle 0x34
;;   29: mov eax, r8d
;;   2c: sub eax, r9d
;;   2f: jmp 0x3a
;;   34: mov eax, r9d
;;   37: sub eax, r8d
;;   3a: mov r11, [r14+0x28]
;;   3e: sub dword ptr [r11+4], 2
;;   43: js 0x4f
;;   49: mov r14, [rbp-8]
;;   4d: leave
;;   4e: ret
;;   4f: push 0xffffffffffffffff
;;   51: mov r11, [r14+0x10]
;;   55: call qword ptr [r11+0x70]
;;   59: jmp 0x49

;; func 2, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: test byte ptr [rbp-8], 4
;;   24: je 0x2c
;;   2a: ud2  ; trap: wasm `unreachable` instruction executed
;;   2c: mov r11, [r14+0x28]
;;   30: sub dword ptr [r11+8], 1
;;   35: js 0x41
;;   3b: mov r14, [rbp-0x10]
;;   3f: leave
;;   40: ret
;;   41: push 0xffffffffffffffff
;;   43: mov r11, [r14+0x10]
;;   47: call qword ptr [r11+0x70]
;;   4b: jmp 0x3b

;; func 3, frame of 16 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x10
;;   13: mov [rbp-0x10], r14
;;   17: mov r14, rdi
;;   1a: mov r8d, esi
;;   1d: mov r9, rdx
;;   20: mov [rbp-8], r8d
;;   24: cmp r9, 0x64
;;   28: jge 0x38
;;   2e: mov eax, 7
;;   33: jmp 0x52
;;   38: test r9, r9
;;   3b: jne 0x49
;;   41: mov eax, r8d
;;   44: jmp 0x4f
;;   49: mov eax, r8d
;;   4c: shl eax, 3
;;   4f: imul eax, 5
;;   52: add eax, [rbp-8]
;;   55: mov r11, [r14+0x28]
;;   59: sub dword ptr [r11+0xc], 3
;;   5e: js 0x6a
;;   64: mov r14, [rbp-0x10]
;;   68: leave
;;   69: ret
;;   6a: push 0xffffffffffffffff
;;   6c: mov r11, [r14+0x10]
;;   70: call qword ptr [r11+0x70]
;;   74: jmp 0x64

;; func 4, frame of 32 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x20
;;   16: mov [rbp-0x18], r14
;;   1a: mov r14, rdi
;;   1d: mov r8d, esi
;;   20: test r8d, r8d
;;   23: je 0x3d
;;   29: mov dword ptr [rbp-8], 1
;;   30: mov qword ptr [rbp-0x10], 2
;;   38: jmp 0x49
;;   3d: mov [rbp-8], r8d
;;   41: mov qword ptr [rbp-0x10], 3
;;   49: mov eax, [rbp-8]
;;   4c: mov rcx, [rbp-0x10]
;;   50: mov r11, [r14+0x28]
;;   54: sub dword ptr [r11+0x10], 2
;;   59: js 0x65
;;   5f: mov r14, [rbp-0x18]
;;   63: leave
;;   64: ret
;;   65: push 0xffffffffffffffff
;;   67: mov r11, [r14+0x10]
;;   6b: call qword ptr [r11+0x70]
;;   6f: jmp 0x5f
