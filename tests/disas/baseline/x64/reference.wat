(module
  (func $f)
  (elem declare func $f)
  (func (result funcref) (ref.func $f))
  (func (param funcref) (result i32) (ref.is_null (local.get 0)))
  (func (param externref) (result i32) (ref.is_null (local.get 0)))
  (func (param externref externref i32) (result externref)
    (select (result externref) (local.get 0) (local.get 1) (local.get 2))))

;; func 0, frame of 16 bytes
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
;;   23: mov r11d, 0
;;   29: call qword ptr [r14+0x48]
;;   2d: jmp 0x1b

;; func 1, frame of 16 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x10
;;    9: mov [rbp-8], r14
;;    d: mov r14, rdi
;;   10: xor esi, esi
;;   12: mov rdi, r14
;;   15: mov r11, [r14+0x10]
;;   19: call qword ptr [r11+0x60]
;;   1d: sub dword ptr [r14+0x40], 1
;;   22: js 0x2e
;;   28: mov r14, [rbp-8]
;;   2c: leave
;;   2d: ret
;;   2e: push 0xffffffffffffffff
;;   30: mov r11d, 1
;;   36: call qword ptr [r14+0x48]
;;   3a: jmp 0x28

;; func 2, frame of 16 bytes
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
;;   3e: mov r11d, 2
;;   44: call qword ptr [r14+0x48]
;;   48: jmp 0x36

;; func 3, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: cmp dword ptr [rbp-8], 0
;;   24: sete al
;;   27: movzx eax, al
;;   2a: sub dword ptr [r14+0x40], 1
;;   2f: js 0x3b
;;   35: mov r14, [rbp-0x10]
;;   39: leave
;;   3a: ret
;;   3b: push 0xffffffffffffffff
;;   3d: mov r11d, 3
;;   43: call qword ptr [r14+0x48]
;;   47: jmp 0x35

;; func 4, frame of 32 bytes
;;    8: push rbp
;;    9: mov rbp, rsp
;;    c: sub rsp, 0x20
;;   10: mov [rbp-0x20], r14
;;   14: mov r14, rdi
;;   17: mov [rbp-8], esi
;;   1a: mov [rbp-0x10], edx
;;   1d: mov [rbp-0x18], ecx
;;   20: cmp dword ptr [rbp-0x18], 0
;;   24: mov eax, [rbp-8]
;;   27: cmove eax, [rbp-0x10]
;;   2b: sub dword ptr [r14+0x40], 1
;;   30: js 0x3c
;;   36: mov r14, [rbp-0x20]
;;   3a: leave
;;   3b: ret
;;   3c: push 0xffffffffffffffff
;;   3e: mov r11d, 4
;;   44: call qword ptr [r14+0x48]
;;   48: jmp 0x36
