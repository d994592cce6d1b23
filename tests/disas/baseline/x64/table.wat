(module
  (table $f 10 funcref)
  (table $e 10 20 externref)
  (func (param i32) (result funcref)
    (table.get $f (local.get 0)))
  (func (param i32 funcref)
    (table.set $f (local.get 0) (local.get 1)))
  (func (param i32) (result externref)
    (table.get $e (local.get 0)))
  (func (param i32 externref)
    (table.set $e (local.get 0) (local.get 1)))
  (func (param i32 externref) (result i32)
    (table.grow $e (local.get 1) (local.get 0))))

;; func 0, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: mov eax, [rbp-8]
;;   23: mov r11, [r14+0x58]
;;   27: cmp rax, [r11+8]
;;   2b: jae 0x56
;;   31: mov r11, [r11]
;;   34: mov r11, [r11+rax*8]
;;   38: cmp r11, 1
;;   3c: jbe 0x58
;;   42: mov rax, r11
;;   45: sub dword ptr [r14+0x40], 1
;;   4a: js 0x6c
;;   50: mov r14, [rbp-0x10]
;;   54: leave
;;   55: ret
;;   56: ud2  ; trap: out of bounds table access
;;   58: push 0
;;   5a: mov r11, rax
;;   5d: mov rax, [r14+0x10]
;;   61: call qword ptr [rax+0x88]
;;   67: mov rax, r11
;;   6a: jmp 0x45
;;   6c: push 0xffffffffffffffff
;;   6e: mov r11d, 0
;;   74: call qword ptr [r14+0x48]
;;   78: jmp 0x50

;; func 1, frame of 32 bytes
;;    a: push rbp
;;    b: mov rbp, rsp
;;    e: sub rsp, 0x20
;;   12: mov [rbp-0x18], r14
;;   16: mov r14, rdi
;;   19: mov [rbp-0x10], esi
;;   1c: mov [rbp-8], rdx
;;   20: mov rax, [rbp-8]
;;   24: mov ecx, [rbp-0x10]
;;   27: mov r11, [r14+0x58]
;;   2b: cmp rcx, [r11+8]
;;   2f: jae 0x55
;;   35: mov r11, [r11]
;;   38: cmp rax, 1
;;   3c: adc rax, 0
;;   40: mov [r11+rcx*8], rax
;;   44: sub dword ptr [r14+0x40], 1
;;   49: js 0x57
;;   4f: mov r14, [rbp-0x18]
;;   53: leave
;;   54: ret
;;   55: ud2  ; trap: out of bounds table access
;;   57: push 0xffffffffffffffff
;;   59: mov r11d, 1
;;   5f: call qword ptr [r14+0x48]
;;   63: jmp 0x4f

;; func 2, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: mov eax, [rbp-8]
;;   23: mov r11, [r14+0x68]
;;   27: cmp rax, [r11+8]
;;   2b: jae 0x49
;;   31: mov r11, [r11]
;;   34: mov eax, [r11+rax*4]
;;   38: sub dword ptr [r14+0x40], 1
;;   3d: js 0x4b
;;   43: mov r14, [rbp-0x10]
;;   47: leave
;;   48: ret
;;   49: ud2  ; trap: out of bounds table access
;;   4b: push 0xffffffffffffffff
;;   4d: mov r11d, 2
;;   53: call qword ptr [r14+0x48]
;;   57: jmp 0x43

;; func 3, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-0x10], esi
;;   1d: mov [rbp-8], edx
;;   20: mov eax, [rbp-8]
;;   23: mov ecx, [rbp-0x10]
;;   26: mov r11, [r14+0x68]
;;   2a: cmp rcx, [r11+8]
;;   2e: jae 0x4c
;;   34: mov r11, [r11]
;;   37: mov [r11+rcx*4], eax
;;   3b: sub dword ptr [r14+0x40], 1
;;   40: js 0x4e
;;   46: mov r14, [rbp-0x18]
;;   4a: leave
;;   4b: ret
;;   4c: ud2  ; trap: out of bounds table access
;;   4e: push 0xffffffffffffffff
;;   50: mov r11d, 3
;;   56: call qword ptr [r14+0x48]
;;   5a: jmp 0x46

;; func 4, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-0x10], esi
;;   1d: mov [rbp-8], edx
;;   20: mov ecx, [rbp-8]
;;   23: mov edx, [rbp-0x10]
;;   26: mov esi, 1
;;   2b: mov rdi, r14
;;   2e: mov r11, [r14+0x10]
;;   32: call qword ptr [r11+0x30]  ; references at sp+[24]
;;   36: mov eax, eax
;;   38: sub dword ptr [r14+0x40], 1
;;   3d: js 0x49
;;   43: mov r14, [rbp-0x18]
;;   47: leave
;;   48: ret
;;   49: push 0xffffffffffffffff
;;   4b: mov r11d, 4
;;   51: call qword ptr [r14+0x48]
;;   55: jmp 0x43
