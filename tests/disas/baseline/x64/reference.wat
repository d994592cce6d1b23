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
;;   10: mov r11, [r14+0x28]
;;   14: sub dword ptr [r11], 1
;;   18: js 0x24
;;   1e: mov r14, [rbp-8]
;;   22: leave
;;   23: ret
;;   24: push 0xffffffffffffffff
;;   26: mov r11, [r14+0x10]
;;   2a: call qword ptr [r11+0x70]
;;   2e: jmp 0x1e

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
;;   1d: mov r11, [r14+0x28]
;;   21: sub dword ptr [r11+4], 1
;;   26: js 0x32
;;   2c: mov r14, [rbp-8]
;;   30: leave
;;   31: ret
;;   32: push 0xffffffffffffffff
;;   34: mov r11, [r14+0x10]
;;   38: call qword ptr [r11+0x70]
;;   3c: jmp 0x2c

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
;;   2b: mov r11, [r14+0x28]
;;   2f: sub dword ptr [r11+8], 1
;;   34: js 0x40
;;   3a: mov r14, [rbp-0x10]
;;   3e: leave
;;   3f: ret
;;   40: push 0xffffffffffffffff
;;   42: mov r11, [r14+0x10]
;;   46: call qword ptr [r11+0x70]
;;   4a: jmp 0x3a

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
;;   2a: mov r11, [r14+0x28]
;;   2e: sub dword ptr [r11+0xc], 1
;;   33: js 0x3f
;;   39: mov r14, [rbp-0x10]
;;   3d: leave
;;   3e: ret
;;   3f: push 0xffffffffffffffff
;;   41: mov r11, [r14+0x10]
;;   45: call qword ptr [r11+0x70]
;;   49: jmp 0x39

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
;;   2b: mov r11, [r14+0x28]
;;   2f: sub dword ptr [r11+0x10], 1
;;   34: js 0x40
;;   3a: mov r14, [rbp-0x20]
;;   3e: leave
;;   3f: ret
;;   40: push 0xffffffffffffffff
;;   42: mov r11, [r14+0x10]
;;   46: call qword ptr [r11+0x70]
;;   4a: jmp 0x3a
