(module
  (func (param i32 i32) (result i32) (i32.rotl (local.get 0) (local.get 1)))
  (func (param i64 i64) (result i64) (i64.shl (local.get 0) (local.get 1)))
  (func (param i64) (result i64) (i64.popcnt (local.get 0)))
  (func (param i32) (result i32) (i32.clz (local.get 0)))
  (func (param i32) (result i64) (i64.extend_i32_s (local.get 0)))
  (func (param i64) (result i32) (i32.wrap_i64 (i64.shr_u (local.get 0) (i64.const 32))))
  (func (param i32 i32) (result i32)
    (i32.sub (i32.const 0) (i32.xor (i32.mul (local.get 0) (i32.const 12)) (local.get 1))))
  (func (param i64) (result i64)
    (i64.add (i64.and (local.get 0) (i64.const 0xffff0000ffff)) (i64.const -1)))
  (func (param i32 i32) (result i32)
    (i32.or (i32.shl (local.get 0) (i32.const 8)) (i32.and (local.get 1) (i32.const 255)))))

;; func 0, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-0x10], esi
;;   1d: mov [rbp-8], edx
;;   20: mov ecx, [rbp-8]
;;   23: mov eax, [rbp-0x10]
;;   26: rol eax, cl
;;   28: sub dword ptr [r14+0x40], 1
;;   2d: js 0x39
;;   33: mov r14, [rbp-0x18]
;;   37: leave
;;   38: ret
;;   39: push 0xffffffffffffffff
;;   3b: mov r11d, 0
;;   41: call qword ptr [r14+0x48]
;;   45: jmp 0x33

;; func 1, frame of 32 bytes
;;    9: push rbp
;;    a: mov rbp, rsp
;;    d: sub rsp, 0x20
;;   11: mov [rbp-0x18], r14
;;   15: mov r14, rdi
;;   18: mov [rbp-0x10], rsi
;;   1c: mov [rbp-8], rdx
;;   20: mov rcx, [rbp-8]
;;   24: mov rax, [rbp-0x10]
;;   28: shl rax, cl
;;   2b: sub dword ptr [r14+0x40], 1
;;   30: js 0x3c
;;   36: mov r14, [rbp-0x18]
;;   3a: leave
;;   3b: ret
;;   3c: push 0xffffffffffffffff
;;   3e: mov r11d, 1
;;   44: call qword ptr [r14+0x48]
;;   48: jmp 0x36

;; func 2, frame of 16 bytes
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x10
;;   15: mov [rbp-0x10], r14
;;   19: mov r14, rdi
;;   1c: mov [rbp-8], rsi
;;   20: mov rax, [rbp-8]
;;   24: popcnt rax, rax
;;   29: sub dword ptr [r14+0x40], 1
;;   2e: js 0x3a
;;   34: mov r14, [rbp-0x10]
;;   38: leave
;;   39: ret
;;   3a: push 0xffffffffffffffff
;;   3c: mov r11d, 2
;;   42: call qword ptr [r14+0x48]
;;   46: jmp 0x34

;; func 3, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: mov eax, [rbp-8]
;;   23: mov r11d, 0x3f
;;   29: bsr eax, eax
;;   2c: cmove eax, r11d
;;   30: xor eax, 0x1f
;;   33: sub dword ptr [r14+0x40], 1
;;   38: js 0x44
;;   3e: mov r14, [rbp-0x10]
;;   42: leave
;;   43: ret
;;   44: push 0xffffffffffffffff
;;   46: mov r11d, 3
;;   4c: call qword ptr [r14+0x48]
;;   50: jmp 0x3e

;; func 4, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: movsxd rax, [rbp-8]
;;   24: sub dword ptr [r14+0x40], 1
;;   29: js 0x35
;;   2f: mov r14, [rbp-0x10]
;;   33: leave
;;   34: ret
;;   35: push 0xffffffffffffffff
;;   37: mov r11d, 4
;;   3d: call qword ptr [r14+0x48]
;;   41: jmp 0x2f

;; func 5, frame of 16 bytes
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x10
;;   15: mov [rbp-0x10], r14
;;   19: mov r14, rdi
;;   1c: mov [rbp-8], rsi
;;   20: mov rax, [rbp-8]
;;   24: shr rax, 0x20
;;   28: mov eax, eax
;;   2a: sub dword ptr [r14+0x40], 1
;;   2f: js 0x3b
;;   35: mov r14, [rbp-0x10]
;;   39: leave
;;   3a: ret
;;   3b: push 0xffffffffffffffff
;;   3d: mov r11d, 5
;;   43: call qword ptr [r14+0x48]
;;   47: jmp 0x35

;; func 6, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-8], esi
;;   1d: mov [rbp-0x10], edx
;;   20: imul eax, [rbp-8], 0xc
;;   24: xor eax, [rbp-0x10]
;;   27: neg eax
;;   29: sub dword ptr [r14+0x40], 1
;;   2e: js 0x3a
;;   34: mov r14, [rbp-0x18]
;;   38: leave
;;   39: ret
;;   3a: push 0xffffffffffffffff
;;   3c: mov r11d, 6
;;   42: call qword ptr [r14+0x48]
;;   46: jmp 0x34

;; func 7, frame of 16 bytes
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x10
;;   15: mov [rbp-0x10], r14
;;   19: mov r14, rdi
;;   1c: mov [rbp-8], rsi
;;   20: mov rax, 0xffff0000ffff
;;   2a: and rax, [rbp-8]
;;   2e: dec rax
;;   31: sub dword ptr [r14+0x40], 2
;;   36: js 0x42
;;   3c: mov r14, [rbp-0x10]
;;   40: leave
;;   41: ret
;;   42: push 0xffffffffffffffff
;;   44: mov r11d, 7
;;   4a: call qword ptr [r14+0x48]
;;   4e: jmp 0x3c

;; func 8, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-8], esi
;;   1d: mov [rbp-0x10], edx
;;   20: mov eax, [rbp-8]
;;   23: shl eax, 8
;;   26: mov ecx, [rbp-0x10]
;;   29: and ecx, 0xff
;;   2f: or eax, ecx
;;   31: sub dword ptr [r14+0x40], 1
;;   36: js 0x42
;;   3c: mov r14, [rbp-0x18]
;;   40: leave
;;   41: ret
;;   42: push 0xffffffffffffffff
;;   44: mov r11d, 8
;;   4a: call qword ptr [r14+0x48]
;;   4e: jmp 0x3c
