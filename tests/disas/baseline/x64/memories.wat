(module
  (memory $a 1)
  (memory $b 1)
  (func (param i32) (result i32)
    (i32.add (i32.load $b (local.get 0)) (i32.load8_s $a offset=7 (local.get 0))))
  (func (param i32 f64)
    (f64.store $a (local.get 0) (local.get 1))
    (i32.store16 $b (local.get 0) (i32.const -2))
    (i64.store $a (i32.const 16) (i64.const 0x123456789)))
  (func (param i32) (result i64 f32)
    (i64.load32_s (i32.add (local.get 0) (i32.const 4)))
    (f32.load (local.get 0)))
  (func (param i32)
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 1)))))

;; func 0, frame of 16 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x10
;;    e: mov [rbp-8], r14
;;   12: mov [rbp-0x10], rbx
;;   16: mov r14, rdi
;;   19: mov r8d, esi
;;   1c: mov rbx, [r14+0x50]
;;   20: mov r11, [r14+0x60]
;;   24: mov eax, [r11+r8]  ; trap: out of bounds memory access
;;   28: movsx ecx, byte ptr [rbx+r8+7]  ; trap: out of bounds memory access
;;   2e: add eax, ecx
;;   30: sub dword ptr [r14+0x40], 1
;;   35: js 0x45
;;   3b: mov r14, [rbp-8]
;;   3f: mov rbx, [rbp-0x10]
;;   43: leave
;;   44: ret
;;   45: push 0xffffffffffffffff
;;   47: mov r11d, 0
;;   4d: call qword ptr [r14+0x48]
;;   51: jmp 0x3b

;; func 1, frame of 32 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x20
;;    9: mov [rbp-0x10], r14
;;    d: mov [rbp-0x18], rbx
;;   11: mov r14, rdi
;;   14: movsd [rbp-8], xmm0
;;   19: mov r8d, esi
;;   1c: mov rbx, [r14+0x50]
;;   20: movsd xmm0, [rbp-8]
;;   25: movsd [rbx+r8], xmm0  ; trap: out of bounds memory access
;;   2b: mov r11, [r14+0x60]
;;   2f: mov word ptr [r11+r8], 0xfffe  ; trap: out of bounds memory access
;;   36: mov rax, 0x123456789
;;   40: mov [rbx+0x10], rax  ; trap: out of bounds memory access
;;   44: sub dword ptr [r14+0x40], 2
;;   49: js 0x59
;;   4f: mov r14, [rbp-0x10]
;;   53: mov rbx, [rbp-0x18]
;;   57: leave
;;   58: ret
;;   59: push 0xffffffffffffffff
;;   5b: mov r11d, 1
;;   61: call qword ptr [r14+0x48]
;;   65: jmp 0x4f

;; func 2, frame of 16 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x10
;;    e: mov [rbp-8], r14
;;   12: mov [rbp-0x10], rbx
;;   16: mov r14, rdi
;;   19: mov r8d, esi
;;   1c: mov rbx, [r14+0x50]
;;   20: lea eax, [r8+4]
;;   24: movsxd rax, [rbx+rax]  ; trap: out of bounds memory access
;;   28: movss xmm0, [rbx+r8]  ; trap: out of bounds memory access
;;   2e: sub dword ptr [r14+0x40], 1
;;   33: js 0x43
;;   39: mov r14, [rbp-8]
;;   3d: mov rbx, [rbp-0x10]
;;   41: leave
;;   42: ret
;;   43: push 0xffffffffffffffff
;;   45: mov r11d, 2
;;   4b: call qword ptr [r14+0x48]
;;   4f: jmp 0x39

;; func 3, frame of 16 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x10
;;    e: mov [rbp-8], r14
;;   12: mov [rbp-0x10], rbx
;;   16: mov r14, rdi
;;   19: mov r8d, esi
;;   1c: mov rbx, [r14+0x50]
;;   20: mov eax, [rbx+r8]  ; trap: out of bounds memory access
;;   24: inc eax
;;   26: mov [rbx+r8], eax  ; trap: out of bounds memory access
;;   2a: sub dword ptr [r14+0x40], 1
;;   2f: js 0x3f
;;   35: mov r14, [rbp-8]
;;   39: mov rbx, [rbp-0x10]
;;   3d: leave
;;   3e: ret
;;   3f: push 0xffffffffffffffff
;;   41: mov r11d, 3
;;   47: call qword ptr [r14+0x48]
;;   4b: jmp 0x35
