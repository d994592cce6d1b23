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
;;   28: mov r11, [r14+0x28]
;;   2c: sub dword ptr [r11], 1
;;   30: js 0x3c
;;   36: mov r14, [rbp-0x18]
;;   3a: leave
;;   3b: ret
;;   3c: push 0xffffffffffffffff
;;   3e: mov r11, [r14+0x10]
;;   42: call qword ptr [r11+0x70]
;;   46: jmp 0x36

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
;;   2b: mov r11, [r14+0x28]
;;   2f: sub dword ptr [r11+4], 1
;;   34: js 0x40
;;   3a: mov r14, [rbp-0x18]
;;   3e: leave
;;   3f: ret
;;   40: push 0xffffffffffffffff
;;   42: mov r11, [r14+0x10]
;;   46: call qword ptr [r11+0x70]
;;   4a: jmp 0x3a

;; func 2, frame of 16 bytes
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x10
;;   15: mov [rbp-0x10], r14
;;   19: mov r14, rdi
;;   1c: mov [rbp-8], rsi
;;   20: mov rax, [rbp-8]
;;   24: popcnt rax, rax
;;   29: mov r11, [r14+0x28]
;;   2d: sub dword ptr [r11+8], 1
;;   32: js 0x3e
;;   38: mov r14, [rbp-0x10]
;;   3c: leave
;;   3d: ret
;;   3e: push 0xffffffffffffffff
;;   40: mov r11, [r14+0x10]
;;   44: call qword ptr [r11+0x70]
;;   48: jmp 0x38

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
;;   33: mov r11, [r14+0x28]
;;   37: sub dword ptr [r11+0xc], 1
;;   3c: js 0x48
;;   42: mov r14, [rbp-0x10]
;;   46: leave
;;   47: ret
;;   48: push 0xffffffffffffffff
;;   4a: mov r11, [r14+0x10]
;;   4e: call qword ptr [r11+0x70]
;;   52: jmp 0x42

;; func 4, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: movsxd rax, [rbp-8]
;;   24: mov r11, [r14+0x28]
;;   28: sub dword ptr [r11+0x10], 1
;;   2d: js 0x39
;;   33: mov r14, [rbp-0x10]
;;   37: leave
;;   38: ret
;;   39: push 0xffffffffffffffff
;;   3b: mov r11, [r14+0x10]
;;   3f: call qword ptr [r11+0x70]
;;   43: jmp 0x33

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
;;   2a: mov r11, [r14+0x28]
;;   2e: sub dword ptr [r11+0x14], 1
;;   33: js 0x3f
;;   39: mov r14, [rbp-0x10]
;;   3d: leave
;;   3e: ret
;;   3f: push 0xffffffffffffffff
;;   41: mov r11, [r14+0x10]
;;   45: call qword ptr [r11+0x70]
;;   49: jmp 0x39

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
;;   29: mov r11, [r14+0x28]
;;   2d: sub dword ptr [r11+0x18], 1
;;   32: js 0x3e
;;   38: mov r14, [rbp-0x18]
;;   3c: leave
;;   3d: ret
;;   3e: push 0xffffffffffffffff
;;   40: mov r11, [r14+0x10]
;;   44: call qword ptr [r11+0x70]
;;   48: jmp 0x38

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
;;   31: mov r11, [r14+0x28]
;;   35: sub dword ptr [r11+0x1c], 2
;;   3a: js 0x46
;;   40: mov r14, [rbp-0x10]
;;   44: leave
;;   45: ret
;;   46: push 0xffffffffffffffff
;;   48: mov r11, [r14+0x10]
;;   4c: call qword ptr [r11+0x70]
;;   50: jmp 0x40

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
;;   31: mov r11, [r14+0x28]
;;   35: sub dword ptr [r11+0x20], 1
;;   3a: js 0x46
;;   40: mov r14, [rbp-0x18]
;;   44: leave
;;   45: ret
;;   46: push 0xffffffffffffffff
;;   48: mov r11, [r14+0x10]
;;   4c: call qword ptr [r11+0x70]
;;   50: jmp 0x40
