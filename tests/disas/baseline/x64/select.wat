(module
  (func (param i32 i32) (result i32)
    (select (local.get 0) (local.get 1) (i32.lt_u (local.get 0) (local.get 1))))
  (func (param i64 i32) (result i64)
    (select (local.get 0) (i64.const 0) (local.get 1)))
  (func (param f64 f64 f64 f64) (result f64)
    (select (local.get 0) (local.get 1) (f64.lt (local.get 2) (local.get 3))))
  (func (param i32 i32) (result i32)
    (select (i32.const 1) (i32.const 0) (i32.and (local.get 0) (local.get 1)))))

;; func 0, frame of 16 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x10
;;   13: mov [rbp-8], r14
;;   17: mov r14, rdi
;;   1a: mov r8d, esi
;;   1d: mov r9d, edx
;;   20: cmp r8d, r9d
;;   23: mov eax, r8d
;;   26: cmovae eax, r9d
;;   2a: mov r11, [r14+0x28]
;;   2e: sub dword ptr [r11], 1
;;   32: js 0x3e
;;   38: mov r14, [rbp-8]
;;   3c: leave
;;   3d: ret
;;   3e: push 0xffffffffffffffff
;;   40: mov r11, [r14+0x10]
;;   44: call qword ptr [r11+0x70]
;;   48: jmp 0x38

;; func 1, frame of 32 bytes
;;    a: push rbp
;;    b: mov rbp, rsp
;;    e: sub rsp, 0x20
;;   12: mov [rbp-0x18], r14
;;   16: mov r14, rdi
;;   19: mov [rbp-0x10], rsi
;;   1d: mov [rbp-8], edx
;;   20: cmp dword ptr [rbp-8], 0
;;   24: mov rax, [rbp-0x10]
;;   28: mov r11d, 0
;;   2e: cmove rax, r11
;;   32: mov r11, [r14+0x28]
;;   36: sub dword ptr [r11+4], 1
;;   3b: js 0x47
;;   41: mov r14, [rbp-0x18]
;;   45: leave
;;   46: ret
;;   47: push 0xffffffffffffffff
;;   49: mov r11, [r14+0x10]
;;   4d: call qword ptr [r11+0x70]
;;   51: jmp 0x41

;; func 2, frame of 48 bytes
;;    d: push rbp
;;    e: mov rbp, rsp
;;   11: sub rsp, 0x30
;;   15: mov [rbp-0x28], r14
;;   19: mov r14, rdi
;;   1c: movsd [rbp-0x20], xmm0
;;   21: movsd [rbp-0x18], xmm1
;;   26: movsd [rbp-0x10], xmm2
;;   2b: movsd [rbp-8], xmm3
;;   30: movsd xmm15, [rbp-8]
;;   36: ucomisd xmm15, [rbp-0x10]
;;   3c: movsd xmm0, [rbp-0x20]
;;   41: ja 0x4c
;;   47: movsd xmm0, [rbp-0x18]
;;   4c: mov r11, [r14+0x28]
;;   50: sub dword ptr [r11+8], 1
;;   55: js 0x61
;;   5b: mov r14, [rbp-0x28]
;;   5f: leave
;;   60: ret
;;   61: push 0xffffffffffffffff
;;   63: mov r11, [r14+0x10]
;;   67: call qword ptr [r11+0x70]
;;   6b: jmp 0x5b

;; func 3, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-0x10], esi
;;   1d: mov [rbp-8], edx
;;   20: mov r11d, [rbp-0x10]
;;   24: test [rbp-8], r11d
;;   28: mov eax, 1
;;   2d: mov r11d, 0
;;   33: cmove eax, r11d
;;   37: mov r11, [r14+0x28]
;;   3b: sub dword ptr [r11+0xc], 1
;;   40: js 0x4c
;;   46: mov r14, [rbp-0x18]
;;   4a: leave
;;   4b: ret
;;   4c: push 0xffffffffffffffff
;;   4e: mov r11, [r14+0x10]
;;   52: call qword ptr [r11+0x70]
;;   56: jmp 0x46
