(module
  (memory 1)
  (data "abc")
  (func (param i32) (result i32)
    (memory.grow (local.get 0)))
  (func (result i32)
    (memory.size))
  (func (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32)
    (memory.init 0 (local.get 0) (local.get 1) (local.get 2))
    (data.drop 0)))

;; func 0, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: mov edx, [rbp-8]
;;   23: xor esi, esi
;;   25: mov rdi, r14
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+8]
;;   30: mov eax, eax
;;   32: mov r11, [r14+0x28]
;;   36: sub dword ptr [r11], 1
;;   3a: js 0x46
;;   40: mov r14, [rbp-0x10]
;;   44: leave
;;   45: ret
;;   46: push 0xffffffffffffffff
;;   48: mov r11, [r14+0x10]
;;   4c: call qword ptr [r11+0x70]
;;   50: jmp 0x40

;; func 1, frame of 16 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x10
;;    9: mov [rbp-8], r14
;;    d: mov r14, rdi
;;   10: mov rax, [r14+0x48]
;;   14: mov rax, [rax+8]
;;   18: shr rax, 0x10
;;   1c: mov r11, [r14+0x28]
;;   20: sub dword ptr [r11+4], 1
;;   25: js 0x31
;;   2b: mov r14, [rbp-8]
;;   2f: leave
;;   30: ret
;;   31: push 0xffffffffffffffff
;;   33: mov r11, [r14+0x10]
;;   37: call qword ptr [r11+0x70]
;;   3b: jmp 0x2b

;; func 2, frame of 32 bytes
;;    8: push rbp
;;    9: mov rbp, rsp
;;    c: sub rsp, 0x20
;;   10: mov [rbp-0x20], r14
;;   14: mov r14, rdi
;;   17: mov [rbp-8], esi
;;   1a: mov [rbp-0x10], edx
;;   1d: mov [rbp-0x18], ecx
;;   20: mov ecx, [rbp-8]
;;   23: xor edx, edx
;;   25: xor esi, esi
;;   27: mov rdi, r14
;;   2a: mov r8d, [rbp-0x10]
;;   2e: mov r9d, [rbp-0x18]
;;   32: mov r11, [r14+0x10]
;;   36: call qword ptr [r11+0x10]
;;   3a: mov r11, [r14+0x28]
;;   3e: sub dword ptr [r11+8], 1
;;   43: js 0x4f
;;   49: mov r14, [rbp-0x20]
;;   4d: leave
;;   4e: ret
;;   4f: push 0xffffffffffffffff
;;   51: mov r11, [r14+0x10]
;;   55: call qword ptr [r11+0x70]
;;   59: jmp 0x49

;; func 3, frame of 32 bytes
;;    8: push rbp
;;    9: mov rbp, rsp
;;    c: sub rsp, 0x20
;;   10: mov [rbp-0x20], r14
;;   14: mov r14, rdi
;;   17: mov [rbp-8], esi
;;   1a: mov [rbp-0x10], edx
;;   1d: mov [rbp-0x18], ecx
;;   20: mov ecx, [rbp-8]
;;   23: xor edx, edx
;;   25: xor esi, esi
;;   27: mov rdi, r14
;;   2a: mov r8d, [rbp-0x10]
;;   2e: mov r9d, [rbp-0x18]
;;   32: mov r11, [r14+0x10]
;;   36: call qword ptr [r11+0x20]
;;   3a: xor esi, esi
;;   3c: mov rdi, r14
;;   3f: mov r11, [r14+0x10]
;;   43: call qword ptr [r11+0x28]
;;   47: mov r11, [r14+0x28]
;;   4b: sub dword ptr [r11+0xc], 1
;;   50: js 0x5c
;;   56: mov r14, [rbp-0x20]
;;   5a: leave
;;   5b: ret
;;   5c: push 0xffffffffffffffff
;;   5e: mov r11, [r14+0x10]
;;   62: call qword ptr [r11+0x70]
;;   66: jmp 0x56
