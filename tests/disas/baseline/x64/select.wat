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
;;   2a: sub dword ptr [r14+0x40], 1
;;   2f: js 0x3b
;;   35: mov r14, [rbp-8]
;;   39: leave
;;   3a: ret
;;   3b: push 0xffffffffffffffff
;;   3d: mov r11d, 0
;;   43: call qword ptr [r14+0x48]
;;   47: jmp 0x35

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
;;   32: sub dword ptr [r14+0x40], 1
;;   37: js 0x43
;;   3d: mov r14, [rbp-0x18]
;;   41: leave
;;   42: ret
;;   43: push 0xffffffffffffffff
;;   45: mov r11d, 1
;;   4b: call qword ptr [r14+0x48]
;;   4f: jmp 0x3d

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
;;   4c: sub dword ptr [r14+0x40], 1
;;   51: js 0x5d
;;   57: mov r14, [rbp-0x28]
;;   5b: leave
;;   5c: ret
;;   5d: push 0xffffffffffffffff
;;   5f: mov r11d, 2
;;   65: call qword ptr [r14+0x48]
;;   69: jmp 0x57

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
;;   37: sub dword ptr [r14+0x40], 1
;;   3c: js 0x48
;;   42: mov r14, [rbp-0x18]
;;   46: leave
;;   47: ret
;;   48: push 0xffffffffffffffff
;;   4a: mov r11d, 3
;;   50: call qword ptr [r14+0x48]
;;   54: jmp 0x42
