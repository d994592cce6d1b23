(module
  (type $many (func (param i32) (result i64 i64 i64 i64 i64 i64 i64 i64 i64 f64 i32)))
  (func $callee (type $many)
    (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5)
    (i64.const 6) (i64.const 7) (i64.const 8) (i64.const 9) (f64.const 10) (local.get 0))
  (func (result i32) (local i32)
    (call $callee (i32.const 5))
    (local.set 0)
    (drop) (drop) (drop) (drop) (drop) (drop) (drop) (drop) (drop) (drop)
    (local.get 0))
  (func (type $many)
    (return_call $callee (local.get 0))))

;; func 0, frame of 32 bytes
;;    a: push rbp
;;    b: mov rbp, rsp
;;    e: sub rsp, 0x20
;;   12: mov [rbp-0x18], r14
;;   16: mov r14, rdi
;;   19: mov [rbp-8], rsi
;;   1d: mov [rbp-0x10], edx
;;   20: mov r11, [rbp-8]
;;   24: mov qword ptr [r11], 9
;;   2b: mov r11, [rbp-8]
;;   2f: movss xmm15, [rbp-0x10]
;;   35: movss [r11+0x10], xmm15
;;   3b: mov eax, 1
;;   40: mov ecx, 2
;;   45: mov edx, 3
;;   4a: mov esi, 4
;;   4f: mov edi, 5
;;   54: mov r8d, 6
;;   5a: mov r9d, 7
;;   60: mov r10d, 8
;;   66: movsd xmm0, [rip+0x22]
;;   6e: sub dword ptr [r14+0x40], 2
;;   73: js 0x7f
;;   79: mov r14, [rbp-0x18]
;;   7d: leave
;;   7e: ret
;;   7f: push 0xffffffffffffffff
;;   81: mov r11d, 0
;;   87: call qword ptr [r14+0x48]
;;   8b: jmp 0x79
;;   8d: int3
;;   8e: int3
;;   8f: int3
;;   90: 8 bytes of constants

;; func 1, frame of 96 bytes
;;    5: push rbp
;;    6: mov rbp, rsp
;;    9: sub rsp, 0x60
;;    d: mov [rbp-0x58], r14
;;   11: mov r14, rdi
;;   14: xorps xmm15, xmm15
;;   18: movsd [rbp-0x50], xmm15
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: mov edx, 5
;;   35: lea rsi, [rbp-0x20]
;;   39: mov rdi, r14
;;   3c: mov r11, [r14+8]
;;   40: call qword ptr [r11]
;;   43: mov [rbp-0x28], r8
;;   47: mov [rbp-0x30], r9
;;   4b: mov [rbp-0x38], r10
;;   4f: mov r11, [rbp-0x20]
;;   53: mov [rbp-0x40], r11
;;   57: mov r11d, [rbp-0x10]
;;   5b: mov [rbp-0x48], r11d
;;   5f: mov r11d, [rbp-0x48]
;;   63: mov [rbp-0x50], r11d
;;   67: mov eax, [rbp-0x50]
;;   6a: sub dword ptr [r14+0x40], 2
;;   6f: js 0x7b
;;   75: mov r14, [rbp-0x58]
;;   79: leave
;;   7a: ret
;;   7b: push 0xffffffffffffffff
;;   7d: mov r11d, 1
;;   83: call qword ptr [r14+0x48]
;;   87: jmp 0x75

;; func 2, frame of 32 bytes
;;    8: push rbp
;;    9: mov rbp, rsp
;;    c: sub rsp, 0x20
;;   10: mov [rbp-0x18], r14
;;   14: mov r14, rdi
;;   17: mov [rbp-8], rsi
;;   1b: mov [rbp-0x10], edx
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: mov edx, [rbp-0x10]
;;   33: mov rsi, [rbp-8]
;;   37: mov rdi, r14
;;   3a: sub dword ptr [r14+0x40], 1
;;   3f: js 0x51
;;   45: mov r11, [r14+8]
;;   49: mov rax, [r11]
;;   4c: jmp 0x5f
;;   51: push 0xffffffffffffffff
;;   53: mov r11d, 2
;;   59: call qword ptr [r14+0x48]
;;   5d: jmp 0x45
;;   5f: mov r14, [rbp-0x18]
;;   63: leave
;;   64: jmp rax
