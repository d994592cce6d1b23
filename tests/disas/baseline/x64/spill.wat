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
;;   52: mov r11, [r14+0x28]
;;   56: sub dword ptr [r11], 3
;;   5a: js 0x66
;;   60: mov r14, [rbp-0x18]
;;   64: leave
;;   65: ret
;;   66: push 0xffffffffffffffff
;;   68: mov r11, [r14+0x10]
;;   6c: call qword ptr [r11+0x70]
;;   70: jmp 0x60

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
;;   30: je 0x57
;;   36: xor edx, edx
;;   38: div r9d
;;   3b: add ecx, eax
;;   3d: imul esi, ecx
;;   40: mov eax, esi
;;   42: mov r11, [r14+0x28]
;;   46: sub dword ptr [r11+4], 2
;;   4b: js 0x59
;;   51: mov r14, [rbp-8]
;;   55: leave
;;   56: ret
;;   57: ud2  ; trap: integer divide by zero
;;   59: push 0xffffffffffffffff
;;   5b: mov r11, [r14+0x10]
;;   5f: call qword ptr [r11+0x70]
;;   63: jmp 0x51
