(module
  ;; More operands than registers.
  (func (param i32) (result i32)
    (i32.add (i32.mul (local.get 0) (i32.const 1))
    (i32.add (i32.mul (local.get 0) (i32.const 3))
    (i32.add (i32.mul (local.get 0) (i32.const 5))
    (i32.add (i32.mul (local.get 0) (i32.const 7))
    (i32.add (i32.mul (local.get 0) (i32.const 9))
    (i32.add (i32.mul (local.get 0) (i32.const 11))
             (i32.mul (local.get 0) (i32.const 13)))))))))
  ;; A division finds its registers taken.
  (func (param i32 i32) (result i32)
    (i32.mul
      (i32.mul (local.get 0) (i32.const 3))
      (i32.add
        (i32.mul (local.get 1) (i32.const 5))
        (i32.div_u (local.get 0) (local.get 1))))))

;; func 0, frame of 32 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x20
;;   16: mov [rbp-0x18], r14
;;   1a: mov r14, rdi
;;   1d: mov r8d, esi
;;   20: imul eax, r8d, 1
;;   24: imul ecx, r8d, 3
;;   28: imul edx, r8d, 5
;;   2c: imul esi, r8d, 7
;;   30: imul edi, r8d, 9
;;   34: mov [rbp-8], eax
;;   37: imul eax, r8d, 0xb
;;   3b: mov [rbp-0x10], ecx
;;   3e: imul ecx, r8d, 0xd
;;   42: add eax, ecx
;;   44: add edi, eax
;;   46: add esi, edi
;;   48: add edx, esi
;;   4a: add edx, [rbp-0x10]
;;   4d: add edx, [rbp-8]
;;   50: mov eax, edx
;;   52: sub dword ptr [r14+0x40], 3
;;   57: js 0x63
;;   5d: mov r14, [rbp-0x18]
;;   61: leave
;;   62: ret
;;   63: push 0xffffffffffffffff
;;   65: mov r11d, 0
;;   6b: call qword ptr [r14+0x48]
;;   6f: jmp 0x5d

;; func 1, frame of 16 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x10
;;   13: mov [rbp-8], r14
;;   17: mov r14, rdi
;;   1a: mov r8d, esi
;;   1d: mov r9d, edx
;;   20: imul eax, r8d, 3
;;   24: imul ecx, r9d, 5
;;   28: mov esi, eax
;;   2a: mov eax, r8d
;;   2d: test r9d, r9d
;;   30: je 0x53
;;   36: xor edx, edx
;;   38: div r9d
;;   3b: add ecx, eax
;;   3d: imul esi, ecx
;;   40: mov eax, esi
;;   42: sub dword ptr [r14+0x40], 2
;;   47: js 0x55
;;   4d: mov r14, [rbp-8]
;;   51: leave
;;   52: ret
;;   53: ud2  ; trap: integer divide by zero
;;   55: push 0xffffffffffffffff
;;   57: mov r11d, 1
;;   5d: call qword ptr [r14+0x48]
;;   61: jmp 0x4d
