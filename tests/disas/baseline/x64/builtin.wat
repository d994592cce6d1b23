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
;;   32: sub dword ptr [r14+0x40], 1
;;   37: js 0x43
;;   3d: mov r14, [rbp-0x10]
;;   41: leave
;;   42: ret
;;   43: push 0xffffffffffffffff
;;   45: mov r11d, 0
;;   4b: call qword ptr [r14+0x48]
;;   4f: jmp 0x3d

;; func 1, frame of 16 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x10
;;    9: mov [rbp-8], r14
;;    d: mov r14, rdi
;;   10: mov rax, [r14+0x58]
;;   14: mov rax, [rax+8]
;;   18: shr rax, 0x10
;;   1c: sub dword ptr [r14+0x40], 1
;;   21: js 0x2d
;;   27: mov r14, [rbp-8]
;;   2b: leave
;;   2c: ret
;;   2d: push 0xffffffffffffffff
;;   2f: mov r11d, 1
;;   35: call qword ptr [r14+0x48]
;;   39: jmp 0x27

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
;;   3a: sub dword ptr [r14+0x40], 1
;;   3f: js 0x4b
;;   45: mov r14, [rbp-0x20]
;;   49: leave
;;   4a: ret
;;   4b: push 0xffffffffffffffff
;;   4d: mov r11d, 2
;;   53: call qword ptr [r14+0x48]
;;   57: jmp 0x45

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
;;   47: sub dword ptr [r14+0x40], 1
;;   4c: js 0x58
;;   52: mov r14, [rbp-0x20]
;;   56: leave
;;   57: ret
;;   58: push 0xffffffffffffffff
;;   5a: mov r11d, 3
;;   60: call qword ptr [r14+0x48]
;;   64: jmp 0x52
