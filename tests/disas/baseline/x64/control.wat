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
;;   39: sub dword ptr [r14+0x40], 1
;;   3e: js 0x4a
;;   44: mov r14, [rbp-0x10]
;;   48: leave
;;   49: ret
;;   4a: push 0xffffffffffffffff
;;   4c: mov r11d, 0
;;   52: call qword ptr [r14+0x48]
;;   56: jmp 0x44

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
;;   3a: sub dword ptr [r14+0x40], 2
;;   3f: js 0x4b
;;   45: mov r14, [rbp-8]
;;   49: leave
;;   4a: ret
;;   4b: push 0xffffffffffffffff
;;   4d: mov r11d, 1
;;   53: call qword ptr [r14+0x48]
;;   57: jmp 0x45

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
;;   2c: sub dword ptr [r14+0x40], 1
;;   31: js 0x3d
;;   37: mov r14, [rbp-0x10]
;;   3b: leave
;;   3c: ret
;;   3d: push 0xffffffffffffffff
;;   3f: mov r11d, 2
;;   45: call qword ptr [r14+0x48]
;;   49: jmp 0x37

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
;;   55: sub dword ptr [r14+0x40], 3
;;   5a: js 0x66
;;   60: mov r14, [rbp-0x10]
;;   64: leave
;;   65: ret
;;   66: push 0xffffffffffffffff
;;   68: mov r11d, 3
;;   6e: call qword ptr [r14+0x48]
;;   72: jmp 0x60

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
;;   50: sub dword ptr [r14+0x40], 2
;;   55: js 0x61
;;   5b: mov r14, [rbp-0x18]
;;   5f: leave
;;   60: ret
;;   61: push 0xffffffffffffffff
;;   63: mov r11d, 4
;;   69: call qword ptr [r14+0x48]
;;   6d: jmp 0x5b
