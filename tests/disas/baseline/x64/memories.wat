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
;;   1c: mov rbx, [r14+0x40]
;;   20: mov r11, [r14+0x50]
;;   24: mov eax, [r11+r8]  ; trap: out of bounds memory access
;;   28: movsx ecx, byte ptr [rbx+r8+7]  ; trap: out of bounds memory access
;;   2e: add eax, ecx
;;   30: mov r11, [r14+0x28]
;;   34: sub dword ptr [r11], 1
;;   38: js 0x48
;;   3e: mov r14, [rbp-8]
;;   42: mov rbx, [rbp-0x10]
;;   46: leave
;;   47: ret
;;   48: push 0xffffffffffffffff
;;   4a: mov r11, [r14+0x10]
;;   4e: call qword ptr [r11+0x70]
;;   52: jmp 0x3e

;; func 1, frame of 32 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x20
;;    9: mov [rbp-0x10], r14
;;    d: mov [rbp-0x18], rbx
;;   11: mov r14, rdi
;;   14: movsd [rbp-8], xmm0
;;   19: mov r8d, esi
;;   1c: mov rbx, [r14+0x40]
;;   20: movsd xmm0, [rbp-8]
;;   25: movsd [rbx+r8], xmm0  ; trap: out of bounds memory access
;;   2b: mov r11, [r14+0x50]
;;   2f: mov word ptr [r11+r8], 0xfffe  ; trap: out of bounds memory access
;;   36: mov rax, 0x123456789
;;   40: mov [rbx+0x10], rax  ; trap: out of bounds memory access
;;   44: mov r11, [r14+0x28]
;;   48: sub dword ptr [r11+4], 2
;;   4d: js 0x5d
;;   53: mov r14, [rbp-0x10]
;;   57: mov rbx, [rbp-0x18]
;;   5b: leave
;;   5c: ret
;;   5d: push 0xffffffffffffffff
;;   5f: mov r11, [r14+0x10]
;;   63: call qword ptr [r11+0x70]
;;   67: jmp 0x53

;; func 2, frame of 16 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x10
;;    e: mov [rbp-8], r14
;;   12: mov [rbp-0x10], rbx
;;   16: mov r14, rdi
;;   19: mov r8d, esi
;;   1c: mov rbx, [r14+0x40]
;;   20: lea eax, [r8+4]
;;   24: movsxd rax, [rbx+rax]  ; trap: out of bounds memory access
;;   28: movss xmm0, [rbx+r8]  ; trap: out of bounds memory access
;;   2e: mov r11, [r14+0x28]
;;   32: sub dword ptr [r11+8], 1
;;   37: js 0x47
;;   3d: mov r14, [rbp-8]
;;   41: mov rbx, [rbp-0x10]
;;   45: leave
;;   46: ret
;;   47: push 0xffffffffffffffff
;;   49: mov r11, [r14+0x10]
;;   4d: call qword ptr [r11+0x70]
;;   51: jmp 0x3d

;; func 3, frame of 16 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x10
;;    e: mov [rbp-8], r14
;;   12: mov [rbp-0x10], rbx
;;   16: mov r14, rdi
;;   19: mov r8d, esi
;;   1c: mov rbx, [r14+0x40]
;;   20: mov eax, [rbx+r8]  ; trap: out of bounds memory access
;;   24: inc eax
;;   26: mov [rbx+r8], eax  ; trap: out of bounds memory access
;;   2a: mov r11, [r14+0x28]
;;   2e: sub dword ptr [r11+0xc], 1
;;   33: js 0x43
;;   39: mov r14, [rbp-8]
;;   3d: mov rbx, [rbp-0x10]
;;   41: leave
;;   42: ret
;;   43: push 0xffffffffffffffff
;;   45: mov r11, [r14+0x10]
;;   49: call qword ptr [r11+0x70]
;;   4d: jmp 0x39
